import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Finding, Report } from "../../src/core/report/report.js";
import { runBinary } from "../support/cli-binary.js";
import { cli, RUN_ID } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf } from "../support/cli-world.js";
import { calls } from "../support/rpc-faults.js";

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld((rows) => {
    rows[0]!.status = "'paused'";
    rows[1]!.released_amount = "'-1'";
    rows[2]!.total_amount = "'much'";
  });
});
afterEach(() => world.close());

const dry = (...args: string[]) => cli([...world.overSnapshot, "--dry-run", ...args]);
type Line = Finding | ({ kind: "summary" } & Report);
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);

function apart(text: string) {
  const lines = linesOf(text);
  const of = (wanted: string) => lines.filter(({ kind }) => kind === wanted).map(({ kind: _kind, ...rest }) => rest);
  return {
    last: lines.at(-1)!.kind,
    report: {
      ...of("summary")[0],
      discrepancies: of("discrepancy"),
      violations: of("violation"),
      errors: of("error"),
      notices: of("notice"),
    },
  };
}
const timeless = (report: object) => ({ ...report, startedAt: "", finishedAt: "" });

describe("--format ndjson", () => {
  it("says line by line what --format json says, with the same exit code", async () => {
    const [json, ndjson] = [await dry("--format", "json"), await dry("--format", "ndjson", "--limit", "1")];
    const { last, report } = apart(ndjson.stdout);
    expect(ndjson).toMatchObject({ code: json.code, stderr: "" });
    expect(last).toBe("summary");
    expect(reportOf(json)).toMatchObject({ summary: { drifted: 2, unchecked: 1 }, status: "VIOLATION" });
    expect(timeless(report)).toEqual(timeless(reportOf(json)));
  });

  it("keeps the whole report in the run's record", async () => {
    await cli(["migrate", ...world.overSnapshot.slice(0, 2)]);
    const result = await cli([...world.overSnapshot, "--format", "ndjson"]);
    const [[record]] = world.sqlite.rows("SELECT report FROM reconciliation_runs") as [[string]];
    expect(timeless(apart(result.stdout).report)).toEqual(timeless(JSON.parse(record) as Report));
  });

  it("shows no progress between the lines of a terminal", async () => {
    const args = [...world.overSnapshot, "--dry-run", "--format"];
    expect((await cli([...args, "json"], { terminal: 80 })).stderr).not.toBe("");
    expect((await cli([...args, "ndjson"], { terminal: 80 })).stderr).toBe("");
  });
});

describe("--format ndjson with --output", () => {
  const path = () => join(world.folder, "found.ndjson");
  const draft = () => join(world.folder, `found.ndjson.${RUN_ID}.tmp`);

  it("writes findings while the run is at work, and names the file at its end", async () => {
    let early: string[] = [];
    world.server.fault({
      fault: {
        kind: "hold",
        // The contract's balance is asked for last. Never seeing the finding until then would end in a time-out.
        until: async () => {
          while (!early.includes("error")) {
            await turn();
            const text = await readFile(draft(), "utf8").catch(() => "");
            early = text === "" ? [] : linesOf(text).map(({ kind }) => kind);
          }
        },
      },
      when: calls("getLatestLedger"),
    });
    const result = await cli([...world.overRpc, "--dry-run", "--format", "ndjson", "--output", path()]);
    expect(early).not.toContain("summary");
    expect(result).toMatchObject({ code: 4, stdout: "" });
    expect(apart(await readFile(path(), "utf8")).last).toBe("summary");
    expect(await readdir(world.folder)).toEqual(["found.ndjson", "ledger.json"]);
  });

  it("prints every line once when the file cannot be named in the end", async () => {
    world.server.fault({
      fault: { kind: "hold", until: async () => void (await mkdir(path())) },
      when: calls("getHealth"),
    });
    const result = await cli([
      ...world.overRpc,
      "--dry-run",
      "--confirm",
      "0",
      "--format",
      "ndjson",
      "--output",
      path(),
    ]);
    const printed = linesOf(result.stdout).map(({ kind }) => kind);
    expect(printed.filter((kind) => kind !== "notice").sort()).toEqual(
      ["discrepancy", "discrepancy", "error", "summary", "violation"].sort(),
    );
    expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining("It is on standard output instead") });
    expect(await readdir(world.folder)).toEqual(["found.ndjson", "ledger.json"]);
  });

  it("leaves no draft behind when there is no report", async () => {
    const result = await dry("--format", "ndjson", "--output", path(), "--db", "sqlite:no-such.db");
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(await readdir(world.folder)).toEqual(["ledger.json"]);
  });
});

describe("--format ndjson into a pipe that holds less than there is to say", () => {
  const MANY = 2_000;
  const wide = () =>
    world.sqlite.run(`INSERT INTO streams ("id", "on_chain_id", "recipient_address", "total_amount",
    "released_amount", "status", "last_sync_ledger")
    WITH RECURSIVE n(id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id < 999 + ${MANY})
    SELECT 'late_' || id, id, NULL, '1', '0', 'active', 1 FROM n`);
  const args = () => [...world.overSnapshot, "--dry-run", "--format", "ndjson"];

  it("waits for the reader, and says everything", async () => {
    wide();
    const { code, stdout } = await runBinary(args());
    const lines = linesOf(stdout);
    expect([code, lines.at(-1)!.kind]).toEqual([4, "summary"]);
    expect(lines.filter((line) => line.kind === "discrepancy" && line.field === "presence")).toHaveLength(MANY);
  });

  it("ends with the same exit code when the reader leaves", async () => {
    wide();
    expect(await runBinary(args(), { leaveAfterBytes: 1 })).toMatchObject({ code: 4, signal: null });
  });
});
