import { RunLocked } from "../../src/core/errors.js";
import { Metrics } from "../../src/server/metrics.js";
import { Problem } from "../../src/server/problem.js";
import { Runs, type Work } from "../../src/server/runs.js";
import { ServiceLog } from "../../src/server/service-log.js";

const CALLER = { service: "scheduler", keyId: "key-1" };

function runsThatFailWith(error: unknown) {
  const lines: string[] = [];
  const metrics = new Metrics({ runInProgress: () => false, rememberedSignatures: () => 0 });
  const fail = async () => Promise.reject(error);
  const work: Work = {
    run: fail,
    look: fail,
    newRunId: () => "run-1",
  };
  const log = new ServiceLog(
    (fields) => void lines.push(JSON.stringify(fields)),
    () => 0,
  );
  return { runs: new Runs(work, metrics, log), lines, metrics };
}

describe("a run that fails", () => {
  it("by a bug says so, and logs the details", async () => {
    const { runs, lines, metrics } = runsThatFailWith(new TypeError("x of undefined"));
    const failure = await runs.run({ dryRun: true, streamId: null }, CALLER).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Problem);
    expect((failure as Problem).status).toBe(500);
    expect((failure as Problem).body).toEqual({
      error: { code: "unexpected", message: expect.stringContaining("a bug"), runId: "run-1" },
    });
    expect(lines.join("")).toMatch(/unexpected_failure.*TypeError: x of undefined/);
    expect(await metrics.text()).toContain('runs_failed_total{reason="unexpected"} 1');
  });

  it("because of another process's run is answered 409", async () => {
    const locked = new RunLocked("run-0", "Another run is at work.", { details: ["by ops"] });
    const failure = await runsThatFailWith(locked)
      .runs.diff("stream_1", CALLER)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 409, problem: "run_locked" });
    expect((failure as Problem).message).toBe("Another run is at work. by ops");
    expect((failure as Problem).body).toMatchObject({ error: { runId: "run-0" } });
  });

  it("by throwing something that is not an Error is a bug, too", () => {
    const { runs, lines } = runsThatFailWith(null);
    expect(runs.problemOf("just text")).toMatchObject({ status: 500, problem: "unexpected" });
    expect(runs.problemOf(undefined)).toMatchObject({ status: 500, problem: "unexpected" });
    expect(lines.join("")).toContain("just text");
  });
});
