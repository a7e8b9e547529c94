import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cli, RUN_ID, startCli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { type CliWorld, createWorld, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { calls } from "../support/rpc-faults.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { putStream, streamStruct } from "../support/streampay-contract.js";

let world: CliWorld;
afterEach(() => world.close());

const sql = (text: string) => world.sqlite.run(text);
const dry = (...args: string[]) => cli([...world.overSnapshot, "--dry-run", ...args]);
/** Stream 2 again, as it is on chain at the moment. */
const onChain = async (overrides: Parameters<typeof streamStruct>[0], lastModified = 900) => {
  putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 2n, ...overrides }), { lastModified });
  await writeSnapshotFile(world.snapshot, world.ledger);
};

describe("the exit code", () => {
  beforeEach(async () => {
    world = await createWorld();
  });

  it.each([
    [0, "IN_SYNC", "nothing differs", ""],
    [3, "DRIFT", "a field differs", "UPDATE streams SET status = 'paused' WHERE id = 'stream_2'"],
    [4, "VIOLATION", "an invariant is broken", "UPDATE streams SET released_amount = '-1' WHERE id = 'stream_2'"],
    [5, "INCOMPLETE", "a row is unreadable", "UPDATE streams SET total_amount = 'much' WHERE id = 'stream_2'"],
    [3, "DRIFT", "the database has no row", "DELETE FROM streams"],
    [
      3,
      "DRIFT",
      "a field differs and a row is unreadable",
      `UPDATE streams SET status = 'paused' WHERE id = 'stream_2'; UPDATE streams SET total_amount = 'x' WHERE id = 'stream_3'`,
    ],
    [
      4,
      "VIOLATION",
      "everything is wrong at once",
      `UPDATE streams SET status = 'paused' WHERE id = 'stream_2'; UPDATE streams SET total_amount = 'x' WHERE id = 'stream_3';
       UPDATE streams SET released_amount = '-1' WHERE id = 'stream_1'`,
    ],
  ])("is %d, %s, when %s, whatever the format", async (code, status, _name, edit) => {
    if (edit !== "") sql(edit);
    const json = await dry("--format", "json");
    const table = await dry();
    expect([json.code, table.code]).toEqual([code, code]);
    expect(reportOf(json)).toMatchObject({ status, exitCode: code });
    expect(schemaFaults(reportOf(json))).toEqual([]);
    expect(table.stdout).toContain(`${status} (exit code ${code}): `);
  });

  it("of a run that saw nothing is 0 with --allow-empty alone", async () => {
    sql("DELETE FROM streams");
    const refused = await dry("--format", "json", "--db-only");
    expect(refused.code).toBe(5);
    expect(reportOf(refused).errors).toEqual([
      { streamId: null, code: "nothing_checked", message: expect.stringContaining("--allow-empty") },
    ]);
    expect((await dry("--allow-empty", "--db-only")).code).toBe(0);
  });

  it("of an empty database is not made green by --allow-empty when the database cannot be read", async () => {
    const result = await cli([
      ...["--db", "postgres://127.0.0.1:1/x", "--chain", `snapshot:${world.snapshot}`],
      ...["--contract", WORLD_CONTRACT, "--dry-run", "--allow-empty", "--format", "json"],
    ]);
    expect(result.code).toBe(5);
    expect(reportOf(result).errors).toHaveLength(1);
  });
});

describe("what counts as a difference", () => {
  beforeEach(async () => {
    world = await createWorld();
  });

  it.each([
    ["5", "1005", 0],
    ["5", "995", 0],
    ["5", "1006", 3],
    ["5", "994", 3],
    ["0", "1001", 3],
    ["170141183460469231731687303715884105727", "0", 0],
  ])("with --tolerance %s and %s for 1000 ends with %d", async (tolerance, amount, code) => {
    sql(`UPDATE streams SET released_amount = '${amount}' WHERE id = 'stream_2'`);
    expect((await dry("--tolerance", tolerance)).code).toBe(code);
  });

  it.each([
    ["100", 901, 0, "lag"],
    ["100", 899, 3, "drift"],
    ["99", 900, 3, "drift"],
    ["0", 999, 3, "drift"],
  ])("with --max-lag %s and a change at %d of 1000 ends with %d", async (maxLag, modified, code, verdict) => {
    sql(`UPDATE streams SET last_sync_ledger = ${Math.min(modified - 1, 1000 - Number(maxLag))}`);
    await onChain({ released_amount: 1_001n }, modified);
    const result = await dry("--max-lag", maxLag, "--format", "json");
    expect(result.code).toBe(code);
    expect(reportOf(result).discrepancies).toMatchObject([{ streamId: "stream_2", classification: verdict }]);
  });

  it("is 120 ledgers of lag by default", async () => {
    sql("UPDATE streams SET last_sync_ledger = 880");
    await onChain({ released_amount: 1_001n }, 881);
    expect((await dry()).code).toBe(0);
    sql("UPDATE streams SET last_sync_ledger = 800");
    await onChain({ released_amount: 1_001n }, 879);
    expect((await dry()).code).toBe(3);
  });
});

describe("--stream", () => {
  beforeEach(async () => {
    world = await createWorld((rows) => {
      rows[1]!.status = "'paused'";
    });
  });

  it("looks at these alone, and says so", async () => {
    const one = await dry("--format", "json", "--stream", "stream_1", "stream_3", "stream_1");
    expect(one.code).toBe(0);
    expect(reportOf(one)).toMatchObject({ scope: ["stream_1", "stream_3"], summary: { streamsChecked: 2 } });
    expect(schemaFaults(reportOf(one))).toEqual([]);
    expect((await dry("--stream", "stream_2")).code).toBe(3);
    expect((await dry("--stream", "stream_1", "--stream", "stream_2")).code).toBe(3);
    expect((await dry("--stream", "stream_1")).stdout).toContain("Only stream stream_1 was checked.");
  });

  it("is incomplete for an id that no row has, also with --allow-empty", async () => {
    for (const more of [[], ["--allow-empty"]]) {
      const result = await dry("--format", "json", "--stream", "stream_1", "stream_9", ...more);
      expect(result.code).toBe(5);
      expect(reportOf(result)).toMatchObject({
        summary: { streamsChecked: 1, unchecked: 1 },
        errors: [{ streamId: "stream_9", code: "stream_not_found" }],
      });
    }
  });
});

describe("--output", () => {
  beforeEach(async () => {
    world = await createWorld((rows) => {
      rows[1]!.status = "'paused'";
    });
  });

  it("puts the report there and nothing on standard output, with the same exit code", async () => {
    const path = join(world.folder, "report.json");
    await writeFile(path, "yesterday's");
    const printed = await dry("--format", "json");
    const result = await dry("--format", "json", "--output", path);
    expect(result).toEqual({ code: 3, stdout: "", stderr: "" });
    const strip = (text: string) => ({ ...JSON.parse(text), startedAt: "", finishedAt: "" });
    expect(strip(await readFile(path, "utf8"))).toEqual(strip(printed.stdout));
    expect(await readdir(world.folder)).toEqual(["ledger.json", "report.json"]);
  });

  it("is never coloured and never wrapped, even at a terminal", async () => {
    await cli([...world.overSnapshot, "--dry-run", "--output", "out.txt"], { cwd: world.folder, terminal: 40 });
    const text = await readFile(join(world.folder, "out.txt"), "utf8");
    expect(text).not.toContain("\u001b");
    expect(text).toMatch(/^stream_2 {2}status {4}paused +Active +drift: missed$/m);
  });

  it("that has become impossible prints the report all the same and is not green", async () => {
    sql("UPDATE streams SET status = 'active'");
    const path = join(world.folder, "late", "report.txt");
    await mkdir(join(world.folder, "late"));
    world.server.fault({
      fault: {
        kind: "hold",
        until: async () => {
          // A folder in the report's place, after the options were checked.
          await mkdir(path);
        },
      },
      when: calls("getHealth"),
    });
    const result = await cli([...world.overRpc, "--dry-run", "--output", path]);
    expect(result.code).toBe(5);
    expect(result.stdout).toContain("IN_SYNC");
    expect(result.stderr).toMatch(/The report could not be written to .*report\.txt[\s\S]*standard output instead/);
    expect((await readdir(join(world.folder, "late"))).length).toBe(1);
    expect((await stat(path)).isDirectory()).toBe(true);
  });
});

describe("what goes to standard error", () => {
  beforeEach(async () => {
    world = await createWorld();
  });

  it("is nothing for a run that needs no word, and progress on a terminal alone", async () => {
    expect((await dry()).stderr).toBe("");
    const args = [...world.overSnapshot, "--dry-run"];
    const shown = await cli(args, { terminal: 80 });
    expect(shown.stderr).toBe("\r\u001b[K3 of about 3 streams compared\r\u001b[K");
    for (const flag of ["--quiet", "--no-progress"]) {
      expect((await cli([...args, flag], { terminal: 80 })).stderr).toBe("");
    }
  });

  it("is errors even with --quiet", async () => {
    const { code, stderr } = await dry("--quiet", "--chain", "snapshot:/none.json");
    expect(code).toBe(2);
    expect(stderr).toContain("no ledger snapshot");
  });

  it("is the demo's notice, which --quiet cannot hide: the data is not the user's", async () => {
    const { code, stderr } = await cli(["--dry-run", "--quiet"]);
    expect(code).toBe(4);
    expect(stderr).toContain("this is the bundled demo");
  });
});

describe("colour", () => {
  beforeEach(async () => {
    world = await createWorld();
  });

  it("is for terminals alone, and for those who want it", async () => {
    const args = [...world.overSnapshot, "--dry-run"];
    expect((await cli(args, { terminal: 80 })).stdout).toContain("\u001b[");
    for (const result of [
      await cli(args),
      await cli([...args, "--no-color"], { terminal: 80 }),
      await cli(args, { terminal: 80, env: { NO_COLOR: "1" } }),
      await cli(args, { terminal: 80, env: { TERM: "dumb" } }),
      await cli([...args, "--format", "json"], { terminal: 80 }),
    ]) {
      expect(result.stdout).not.toContain("\u001b");
    }
  });
});

describe("a run that is stopped", () => {
  beforeEach(async () => {
    world = await createWorld();
  });

  const hang = (method: string) =>
    world.server.fault({ fault: { kind: "hang" }, when: calls(method), times: Number.POSITIVE_INFINITY });

  it.each(["getHealth", "getLedgerEntries"])("by --timeout while %s hangs is incomplete", async (method) => {
    hang(method);
    const result = await cli([...world.overRpc, "--dry-run", "--format", "json", "--timeout", "0.05"]);
    expect(result.code).toBe(5);
    expect(reportOf(result)).toMatchObject({
      status: "INCOMPLETE",
      errors: [{ streamId: null, code: "timed_out", message: expect.stringContaining("0.05 s (--timeout)") }],
    });
    expect(schemaFaults(reportOf(result))).toEqual([]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by %s ends with %d and prints what it has", async (signal, code) => {
    const reached = new Promise<void>((resolve) => {
      world.server.fault({
        fault: {
          kind: "hold",
          until: () => {
            resolve();
            return new Promise(() => {});
          },
        },
        when: calls("getLedgerEntries"),
      });
    });
    const run = startCli([...world.overRpc, "--dry-run", "--format", "json"]);
    await reached;
    run.signal(signal);
    run.signal("SIGTERM");
    const result = await run.done;
    expect(result.code).toBe(code);
    expect(reportOf(result)).toMatchObject({ runId: RUN_ID, exitCode: code, errors: [{ code: "interrupted" }] });
    expect(schemaFaults(reportOf(result))).toEqual([]);
  });
});
