import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type BinaryResult, runBinary, startBinary } from "../support/cli-binary.js";
import { cli } from "../support/cli-io.js";
import { type CliWorld, closeNow, createWorld, reportOf } from "../support/cli-world.js";
import { createTestDatabase } from "../support/postgres.js";
import { calls } from "../support/rpc-faults.js";

/** What a person, and a supervisor before its SIGKILL, is asked to wait. */
const STOPS_WITHIN_MS = 2_000;

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
  closeNow(world);
  expect((await cli(["migrate", "--db", world.sqlite.url])).code).toBe(0);
});
afterEach(() => world.close());

/** Never answers the method again; resolves when it is first asked for. */
function hang(method: string): Promise<void> {
  return new Promise((resolve) => {
    world.server.fault({
      fault: {
        kind: "hold",
        until: () => {
          resolve();
          return new Promise(() => {});
        },
      },
      when: calls(method),
      times: Number.POSITIVE_INFINITY,
    });
  });
}

const records = () => world.sqlite.rows("SELECT status, exit_code FROM reconciliation_runs");

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, code) => {
  it.each(["getHealth", "getLedgerEntries"])("ends a run whose node hangs in %s", async (method) => {
    const reached = hang(method);
    const run = startBinary([...world.overRpc, "--format", "json"]);
    await reached;
    const sentAt = performance.now();
    run.kill(signal);
    const result = await run.done;
    expect(performance.now() - sentAt).toBeLessThan(STOPS_WITHIN_MS);
    expect(result).toMatchObject({ code, signal: null, stderr: "" });
    expect(reportOf(result)).toMatchObject({ status: "INCOMPLETE", exitCode: code, errors: [{ code: "interrupted" }] });
    expect(records()).toEqual([["INTERRUPTED", code]]);
  });
});

it("prints what was found before the signal", async () => {
  const reached = new Promise<void>((resolve) => {
    // The first request for streams carries as many keys as it may; the second, with the rest, hangs.
    world.server.fault({
      fault: {
        kind: "hold",
        until: () => {
          resolve();
          return new Promise(() => {});
        },
      },
      when: (request) => request.method === "getLedgerEntries" && request.keys.length > 1 && request.keys.length < 200,
    });
  });
  world.sqlite.run(`WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 309)
    INSERT INTO streams SELECT 'far_' || i, i, 'x', '1', '0', 'active', 990 FROM n`);
  const run = startBinary([...world.overRpc, "--format", "json", "--concurrency", "1"]);
  await reached;
  run.kill("SIGINT");
  const report = reportOf(await run.done);
  // What differed had not been looked at for long enough to be called drift.
  expect(report.summary).toMatchObject({ streamsChecked: 3, inSync: 3, unchecked: 197 });
  expect(report).toMatchObject({ status: "INCOMPLETE", exitCode: 130 });
});

it("SIGKILL leaves a record that says RUNNING", async () => {
  const reached = hang("getLedgerEntries");
  const run = startBinary(world.overRpc);
  await reached;
  run.kill("SIGKILL");
  expect(await run.done).toMatchObject({ code: null, signal: "SIGKILL" });
  expect(records()).toEqual([["RUNNING", null]]);
});

describe("a database that takes connections and never answers", () => {
  let silent: Server;
  let url: string;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    silent = createServer((socket) => void sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    url = `postgres://u:p@127.0.0.1:${(silent.address() as AddressInfo).port}/x`;
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it.each([[["--dry-run"]], [[]]])("does not hold a run with %j back from its end", async (more) => {
    const connected = new Promise((resolve) => silent.once("connection", resolve));
    const run = startBinary(["--db", url, ...world.overSnapshot.slice(2), "--format", "json", ...more]);
    await connected;
    const sentAt = performance.now();
    run.kill("SIGTERM");
    const result = await run.done;
    expect(performance.now() - sentAt).toBeLessThan(STOPS_WITHIN_MS);
    expect(result.code).toBe(143);
    expect(reportOf(result).errors).toContainEqual(expect.objectContaining({ code: "interrupted" }));
  });
});

it("a locked table of records does not hold a stopped run back, and is no green", async () => {
  const postgres = await createTestDatabase();
  try {
    await cli(["migrate", "--db", postgres.url]);
    const config = await world.write("c.json", { runStore: { url: postgres.url } });
    const reached = hang("getLedgerEntries");
    const run = startBinary([...world.overRpc, "--format", "json", "--config", config]);
    await reached;
    await postgres.query("BEGIN; LOCK TABLE reconciliation_runs IN ACCESS EXCLUSIVE MODE");
    const sentAt = performance.now();
    run.kill("SIGINT");
    const result = await run.done;
    expect(performance.now() - sentAt).toBeLessThan(STOPS_WITHIN_MS);
    expect(result.code).toBe(130);
    expect(reportOf(result).errors.map(({ code }) => code)).toEqual(["interrupted", "run_record_failed"]);
    await postgres.query("ROLLBACK");
    expect(await postgres.query("SELECT status FROM reconciliation_runs")).toEqual([{ status: "RUNNING" }]);
  } finally {
    await postgres.drop();
  }
});

describe("a reader that leaves", () => {
  it("does not change the exit code, nor is it an error", async () => {
    world.sqlite.run("UPDATE streams SET status = 'paused'");
    const reached = hang("getHealth");
    const run = startBinary([...world.overRpc, "--dry-run", "--timeout", "0.5"]);
    await reached;
    run.closeStdout();
    const left: BinaryResult = await run.done;
    expect(left).toMatchObject({ code: 5, stdout: "", stderr: "" });
  });

  it("late gets what it read, as with `| head -1`", async () => {
    world.sqlite.run(`WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO streams SELECT 'far_' || i, i, 'x', '1', '0', 'active', 990 FROM n`);
    const whole = await runBinary([...world.overSnapshot, "--dry-run", "--format", "json"]);
    expect(whole.code).toBe(3);
    expect(reportOf(whole).discrepancies).toHaveLength(2_991);
    const run = startBinary([...world.overSnapshot, "--dry-run", "--format", "json"], { leaveAfterBytes: 1 });
    expect(await run.done).toMatchObject({ code: 3, stderr: "" });
  });
});
