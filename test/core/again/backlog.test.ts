import { setImmediate as turn } from "node:timers/promises";
import { Findings } from "../../../src/core/report/findings.js";
import type { Finding } from "../../../src/core/report/report.js";
import { numberedStream } from "../../support/core-run.js";
import { MovingWorld } from "../../support/moving-world.js";

const STREAMS = 400;

/** Every second stream has drifted, every tenth is missing on chain. */
function worldFor(reader: { add(finding: Finding): void; backlog(): Promise<void> | null }): MovingWorld {
  const world = new MovingWorld(STREAMS, 20);
  world.count(STREAMS + 1);
  const { rows } = world;
  for (let id = 1; id <= STREAMS; id++) {
    if (id % 10 !== 0) world.stream(id);
    const one = new MovingWorld(0);
    one.row(id % 2 === 0 ? numberedStream(id, { released_amount: 1n }) : id);
    rows.push(one.rows[0]!);
  }
  world.findings = new Findings({ reader, keep: false });
  return world;
}

describe("a reader of findings", () => {
  it("is waited for: what it has not taken does not grow with what is found", async () => {
    let waiting = 0;
    let most = 0;
    let told = 0;
    const world = worldFor({
      add: () => {
        told += 1;
        waiting += 1;
        most = Math.max(most, waiting);
      },
      backlog: () => {
        if (waiting === 0) return null;
        return turn().then(() => {
          waiting = 0;
        });
      },
    });
    const { summary } = await world.run();
    expect(summary).toMatchObject({ drifted: 160, missingOnChain: 40, violations: 40 });
    expect(told).toBe(160 + 40 + 40);
    expect(most).toBeLessThan(20);
  });

  it("that takes nothing any more does not keep a run that is to end, and hears of all that was found", async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const world = worldFor({
      add: ({ kind }) => told.push(kind),
      backlog: () => {
        if (told.length === 0) return null;
        queueMicrotask(() => controller.abort(new Error("enough")));
        return new Promise(() => {});
      },
    });
    await expect(world.run({ confirm: 1, signal: controller.signal })).rejects.toThrow("enough");
    expect(told.filter((kind) => kind === "discrepancy")).toHaveLength(200);
  });
});
