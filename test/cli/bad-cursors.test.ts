import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { putStream, streamStruct } from "../support/streampay-contract.js";

/** Three streams that agree, at ledger 1000; the second differs where a test says so. */
let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const sql = (text: string) => world.sqlite.run(text);

async function run(...args: string[]) {
  const result = await cli([...world.overSnapshot, "--dry-run", "--format", "json", ...args]);
  const { errors, notices, discrepancies, summary } = reportOf(result);
  return {
    code: result.code,
    lines: [...errors, ...notices].map(({ streamId, code, message }) => `${streamId ?? "run"} ${code} ${message}`),
    reasons: discrepancies.map(({ streamId, reason }) => `${streamId} ${reason}`),
    summary,
  };
}

/** Stream 2 changed on chain ten ledgers ago, and its row does not know. */
async function late(modified = 990): Promise<void> {
  putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 2n, released_amount: 1_100n }), {
    lastModified: modified,
  });
  await writeSnapshotFile(world.snapshot, world.ledger);
}

/** A cursor of all rows in a table of its own, with these rows in it. */
async function inTable(...values: string[]): Promise<readonly string[]> {
  sql("CREATE TABLE state (name TEXT, newest NUMERIC)");
  for (const value of values) sql(`INSERT INTO state VALUES ('main', ${value})`);
  return ["--config", await world.write("c.json", { database: { cursor: { table: "state", column: "newest" } } })];
}

describe("row cursors that are no ledgers", () => {
  it.each([
    ["unix seconds", "1790000000", "and the chain has only reached ledger 1000"],
    ["milliseconds", "1790000000000", "which is no ledger"],
    ["the greatest number of 32 bits", "4294967295", "and the chain has only reached ledger 1000"],
    ["a negative number", "-7", "which is no ledger"],
  ])("%s: an error of the run, which names column and value, though all rows agree", async (_what, value, why) => {
    sql(`UPDATE streams SET last_sync_ledger = ${value}`);
    const { code, lines, summary } = await run();
    expect([code, summary.inSync]).toEqual([5, 3]);
    expect(lines).toEqual([
      expect.stringMatching(
        /^run cursor_implausible 3 rows have, the first of them "stream_1", a cursor that cannot be/,
      ),
    ]);
    expect(lines[0]).toContain(`last_sync_ledger holds ${value}, ${why}`);
  });

  it("leave a row that differs unchecked, whatever it says", async () => {
    sql("UPDATE streams SET last_sync_ledger = 1790000000");
    await late();
    const { code, lines, summary } = await run();
    expect([code, summary.unchecked]).toEqual([5, 1]);
    expect(lines).toContainEqual(
      expect.stringMatching(/^stream_2 cursor_implausible released_amount.*last_sync_ledger holds 1790000000/),
    );
  });

  it("are text: the row cannot be read", async () => {
    sql("UPDATE streams SET last_sync_ledger = 'soon' WHERE id = 'stream_2'");
    const { code, lines } = await run();
    expect(code).toBe(5);
    expect(lines).toEqual([
      expect.stringMatching(/^stream_2 row_unreadable column last_sync_ledger: "soon" is not a whole/),
    ]);
  });

  it("is one far ahead: it says nothing of the other rows", async () => {
    sql("UPDATE streams SET last_sync_ledger = 900000 WHERE id = 'stream_1'");
    sql("UPDATE streams SET released_amount = '900' WHERE id = 'stream_2'");
    const { code, lines, reasons } = await run();
    expect([code, reasons]).toEqual([3, ["stream_2 missed"]]);
    expect(lines).toEqual([expect.stringMatching(/^run cursor_implausible the row "stream_1" has .*holds 900000,/)]);
  });

  it.each([
    ["an event counter", "7"],
    ["nothing yet", "0"],
  ])("are small numbers (%s): the database is as far behind as they say", async (_what, value) => {
    sql(`UPDATE streams SET last_sync_ledger = ${value}`);
    expect(await run()).toMatchObject({ code: 0, lines: [] });
    await late();
    const { code, lines, reasons } = await run();
    expect([code, reasons]).toEqual([5, []]);
    expect(lines).toContainEqual(
      expect.stringMatching(`^run database_behind by last_sync_ledger the database has only come to ledger ${value},`),
    );
    await late(500);
    expect(await run()).toMatchObject({ code: 3, reasons: ["stream_2 stale"] });
  });

  it("are all NULL: beside a file what differs has no excuse", async () => {
    sql("UPDATE streams SET last_sync_ledger = NULL");
    expect(await run()).toMatchObject({ code: 0, lines: [] });
    await late();
    expect(await run()).toMatchObject({ code: 3, reasons: ["stream_2 no_cursor"] });
  });
});

describe("one cursor for all rows", () => {
  it.each([
    [
      "is unix seconds",
      "1790000000",
      /^run cursor_implausible state.newest holds 1790000000, and the chain has only reached/,
    ],
    ["is milliseconds", "1790000000000", /^run cursor_implausible state.newest holds 1790000000000, and/],
    ["is negative", "-7", /^run cursor_implausible state.newest holds -7, and/],
    ["is text", "'soon'", /^run cursor_unreadable state.newest cannot be read: "soon" is not a whole number/],
    ["is NULL", "NULL", /^run cursor_missing state.newest has no value/],
  ])("%s: an error of the run, which names column and value", async (_what, value, line) => {
    const { code, lines } = await run(...(await inTable(value)));
    expect([code, lines]).toEqual([5, [expect.stringMatching(line)]]);
  });

  it("has an empty table", async () => {
    const { code, lines } = await run(...(await inTable()));
    expect([code, lines]).toEqual([5, [expect.stringMatching(/^run cursor_missing state.newest has no value/)]]);
  });

  it("has a table with two rows: which is meant must be said", async () => {
    const result = await cli([...world.overSnapshot, "--dry-run", ...(await inTable("990", "991"))]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/state.*more than one row|several rows/s);
    expect(result.stderr).toContain("cursor.where");
  });

  it("is far behind: what differs is unproven or drift, and the notice names it", async () => {
    const config = await inTable("7");
    await late();
    const { code, lines } = await run(...config);
    expect(code).toBe(5);
    expect(lines).toContainEqual(
      expect.stringMatching(/^run database_behind by state.newest the database has only come/),
    );
  });
});
