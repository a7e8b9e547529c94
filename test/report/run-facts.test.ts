import type { Report } from "../../src/core/report/report.js";
import { FORMATS, reporterOf } from "../../src/report/formats.js";
import { comparedLines } from "../../src/report/run-facts.js";
import { emptyReport } from "../support/core-report.js";

const compared = emptyReport().compared!;
const said = (overrides: Partial<Report>) => comparedLines(emptyReport(overrides));

describe("what a run compared", () => {
  it("is told with its limits, and how far either side had come", () => {
    expect(said({})).toEqual([
      "checked: all streams",
      "compared: recipient, total_amount, released_amount, status",
      "not compared: sender",
      "allowed: no difference, lag up to 120 ledgers",
      "database: at ledger 990 by its rows' cursors, 10 ledgers (about 50 s) behind",
      "chain: at ledger 1000, 4 s old",
    ]);
  });

  it("tells what narrows it, and what it lets pass", () => {
    const narrowed = { ...compared.narrowed, where: "a = 1", contractColumn: "contract_id", ignoreRules: 2 };
    const lenient = { tolerance: "1000", fieldTolerance: { total_amount: "0" }, maxLagLedgers: 4_000, notCompared: [] };
    expect(said({ compared: { ...compared, ...lenient, narrowed } }).slice(0, 3)).toEqual([
      "checked: all streams; rows that satisfy a = 1; rows of this contract by contract_id",
      "compared: recipient, total_amount, released_amount, status",
      "allowed: no difference in total_amount, differences up to 1,000 base units in other fields, lag up to 4,000 ledgers, 2 rules of policy.ignore",
    ]);
    const dbOnly = { ...compared, narrowed: { ...compared.narrowed, dbOnly: true } };
    expect(said({ compared: dbOnly })[0]).toBe("checked: the database's streams");
    expect(said({ compared: dbOnly, scope: ["a\n", "b"] })[0]).toBe("checked: a\\x0a, b");
  });

  it("is not made up for a report of an earlier version", () => {
    expect(said({ compared: null })).toEqual([
      "checked: all streams",
      "compared: not told by the version that made this report",
    ]);
  });

  it.each<[string, Partial<Report["database"]>, string]>([
    ["a table", { toldBy: "table" }, "at ledger 990 by its cursor table, 10 ledgers (about 50 s) behind"],
    [
      "the newest ledger",
      { ledgersBehind: 0, secondsBehind: 0 },
      "at ledger 990 by its rows' cursors, 0 ledgers behind",
    ],
    ["a day", { secondsBehind: 90_000 }, "at ledger 990 by its rows' cursors, 10 ledgers (about 25 h) behind"],
    ["a chain that was not read", { ledgersBehind: null }, "at ledger 990 by its rows' cursors"],
    [
      "a cursor ahead",
      { watermark: 1007, ledgersBehind: 0 },
      "at ledger 1007 by its rows' cursors, 7 ledgers ahead of the chain",
    ],
    ["nothing", { watermark: null, toldBy: null }, "at an unknown ledger"],
  ])("tells how far the database had come: %s", (_name, database, expected) => {
    expect(said({ database: { ...emptyReport().database, ...database } })[4]).toBe(`database: ${expected}`);
  });

  it.each<[string, Partial<Report["chain"]>, string]>([
    ["a file", { source: "snapshot" }, "at ledger 1000 of a file, closed 2026-11-24 12:00:00 UTC"],
    ["an old node", { ageSeconds: 400_000 }, "at ledger 1000, 4 days old"],
    ["a node ahead of this clock", { ageSeconds: -5 }, "at ledger 1000, closed 2026-11-24 12:00:00 UTC"],
    ["a time that is not told", { closedAt: null, ageSeconds: null }, "at ledger 1000, closed at an unknown time"],
    ["nothing", { newestLedger: null }, "not read"],
  ])("tells how new the chain was: %s", (_name, chain, expected) => {
    expect(said({ chain: { ...emptyReport().chain, ...chain } })[5]).toBe(`chain: ${expected}`);
  });
});

it.each(FORMATS)("%s says what was compared, and how far either side had come", async (format) => {
  const report = emptyReport({
    compared: { ...compared, takenOut: ["sender"], tolerance: "7654321", maxLagLedgers: 8765 },
    database: { ...emptyReport().database, watermark: 987_654, ledgersBehind: 76, secondsBehind: 380 },
    chain: { ...emptyReport().chain, newestLedger: 987_730, ageSeconds: 97 },
  });
  const render = await reporterOf(format);
  // Markdown escapes underscores, and people read numbers in groups.
  const text = render(report, { color: false, width: 80, limit: 50 }).replaceAll(/[\\,]/g, "");
  for (const value of ["released_amount", "sender", "7654321", "8765", "987654", "76", "987730", "97"]) {
    expect(text).toMatch(new RegExp(`\\b${value}\\b`));
  }
});
