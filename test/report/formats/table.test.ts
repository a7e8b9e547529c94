import { stripVTControlCharacters } from "node:util";
import { table } from "../../../src/report/formats/table.js";
import { discrepancy, emptyReport, fullReport, I128_MAX, UUID } from "../../support/core-report.js";

const at80 = { color: false, width: 80, limit: 50 } as const;
const whole = { color: false, width: 80, limit: 0 } as const;
const piped = { color: false, width: null, limit: 50 } as const;
const lines = (text: string) => text.split("\n");
/** The text with every break undone, to look for values that were wrapped. */
const joined = (text: string) => text.replace(/\s+/g, "");

describe("the table of a report that has everything", () => {
  it("is, 80 columns wide", () => {
    expect(table(fullReport(), at80)).toMatchInlineSnapshot(`
"Violated invariants
STREAM                  SIDE      INVARIANT              WHAT IS WRONG
0f8fad5b-d9cb-469f-     on chain  released_within_total  released is above total
a165-70867728950e                                        by
                                                         17014118346046923173168
                                                         7303715884105727
stream_2                database  released_not_negative  the released amount is
                                                         negative: -5

Discrepancies
STREAM        FIELD             DATABASE       ON CHAIN     DIFFERENCE  VERDICT
0f8fad5b-     total_amount     -170,141,   170,141,183,  +340,282,366,  drift:
d9cb-469f-                  183,460,469,   460,469,231,   920,938,463,  missed
a165-7086772                231,731,687,   731,687,303,   463,374,607,
8950e                       303,715,884,   715,884,105,   431,768,211,
                                 105,728            727            455
stream_2      recipient     GAAQCA…AABMH  GABAEA…AABCGK                 drift:
                                       S                                missed
stream_5      released_           (none)          1,000                 drift:
              amount                                                    missed
stream_4      presence           present        missing                 drift:
                                                                        missed
on-chain:7    presence           missing        present                 drift:
                                                                        missed

Could not be checked
STREAM    CODE            WHY
stream_9  row_unreadable  column total_amount: "a lot" is not a decimal number
(run)     chain_lost      gave up after 5 failed requests in a row

Lag
STREAM    FIELD   DATABASE  ON CHAIN  DIFFERENCE  VERDICT
stream_3  status    paused    Active              lag: behind

Notices
STREAM                                CODE                 WHY
0f8fad5b-d9cb-469f-a165-70867728950e  archived_or_unknown  the entry is
                                                           archived, or the node
                                                           does not tell its
                                                           time to live; its
                                                           value was compared

VIOLATION (exit code 4): 2 violations of rules that must always hold were found,
1 on chain and 1 in the database. Also, of 1,234,567 streams asked for and
found, 4 disagree with the other side: 2 have drifted, 1 is missing on chain and
1 is missing in the database.
  1 stream lags within the time that is allowed.
  1 stream could not be judged.
  Only the 4 requested streams were checked.
  1,234,567 streams checked: 1,234,562 in sync, 2 drifted, 1 lagging, 1 missing
  on chain, 1 missing in the database
  1 stream unchecked, 2 violations, 2 errors, 1 notice
  checked: 0f8fad5b-d9cb-469f-a165-70867728950e, stream_2, stream_3, stream_4
  compared: recipient, total_amount, released_amount, status
  not compared: sender
  allowed: no difference, lag up to 120 ledgers
  database: at ledger 990 by its rows' cursors, 10 ledgers (about 50 s) behind
  chain: at ledger 1000, 4 s old
  contract CAEQSCIJBEEQSCIJBEEQSCIJBEEQAAAAAAAAAAAAAAAAAAAAAAAAAYHU
  network testnet, ledger 1000 to 1003
  run 8f14e45f-ceea-467f-a0e6-d2a4f6d0a6c1

What to do next
→  An invariant is broken on chain: stop paying out from this contract until it
   is explained (docs/runbook.md, Violation on chain).
→  An invariant is broken in the database: find what wrote that row
   (docs/runbook.md, Violation in the database).
→  Drift: the rows claim to have seen the state that they disagree with
   (docs/runbook.md, Drift). One with its cause: reconcile-streams inspect
   0f8fad5b-d9cb-469f-a165-70867728950e
→  Missing on chain: the contract has no such stream; check the row's on-chain
   id and the contract id (docs/runbook.md, Missing on chain).
→  Missing in the database: the indexer never wrote these streams
   (docs/runbook.md, Missing in the database).
→  Lag: the database may still be on its way; it becomes drift if it does not
   arrive (docs/runbook.md, Lag).
→  Not everything was checked: of what could not be, nothing is known; its
   errors say why (docs/runbook.md, Could not be checked).
→  Any code above, explained: reconcile-streams explain released_within_total
"
`);
  });

  it("has no line longer than the terminal is wide, and none that ends in spaces", () => {
    for (const width of [80, 100, 120, 60]) {
      for (const line of lines(table(fullReport(), { color: false, width, limit: 50 }))) {
        expect([width, line, line.length <= width, /\s$/.test(line)]).toEqual([width, line, true, false]);
      }
    }
  });

  it("loses no character of a value by wrapping it", () => {
    const text = joined(table(fullReport(), at80));
    expect(text).toContain("stream_5");
    // Cells of one line follow each other, so that only whole-width texts can be looked for.
    const wide = table(fullReport(), piped);
    for (const value of [UUID, "-170,141,183,460,469,231,731,687,303,715,884,105,728", "-5", I128_MAX]) {
      expect(wide).toContain(value);
    }
  });

  it("puts each finding on one line when it is piped", () => {
    const piece = lines(table(fullReport(), piped));
    expect(piece.filter((line) => line.startsWith(UUID))).toHaveLength(3);
    expect(piece.find((line) => line.includes("total_amount"))).toMatch(
      /^0f8fad5b-\S+ +total_amount +-170,\S+,728 +170,\S+,727 +\+340,282,\S+,455 +drift: missed$/,
    );
    expect(piece.find((line) => line.includes("archived_or_unknown"))).toMatch(/its value was compared$/);
  });

  it("is the same text with colours and without, which are there only when asked for", () => {
    for (const width of [80, null]) {
      const plain = table(fullReport(), { color: false, width, limit: 50 });
      const coloured = table(fullReport(), { color: true, width, limit: 50 });
      expect(plain).toBe(stripVTControlCharacters(plain));
      expect(coloured).not.toBe(plain);
      expect(stripVTControlCharacters(coloured)).toBe(plain);
    }
  });

  it("paints drift red and lag yellow, and never more than the word", () => {
    const coloured = table(fullReport(), { color: true, width: 80, limit: 50 });
    expect(coloured).toContain("\u001b[31mdrift:\u001b[39m");
    expect(coloured).toContain("\u001b[33mlag: behind\u001b[39m");
    expect(coloured).toContain("\u001b[31m\u001b[1mVIOLATION (exit code 4): 2 violations of rules");
  });
});

describe("the table of a report without findings", () => {
  it("says what was checked, and nothing else", () => {
    const summary = { ...emptyReport().summary, streamsChecked: 3, inSync: 3 };
    expect(table(emptyReport({ summary, ledger: { first: 7, last: 7 } }), at80)).toMatchInlineSnapshot(`
"IN_SYNC (exit code 0): 3 of 3 streams agree in 4 fields.
  3 streams checked: 3 in sync
  0 streams unchecked, 0 violations, 0 errors, 0 notices
  checked: all streams
  compared: recipient, total_amount, released_amount, status
  not compared: sender
  allowed: no difference, lag up to 120 ledgers
  database: at ledger 990 by its rows' cursors, 10 ledgers (about 50 s) behind
  chain: at ledger 1000, 4 s old
  contract CAEQSCIJBEEQSCIJBEEQSCIJBEEQAAAAAAAAAAAAAAAAAAAAAAAAAYHU
  network testnet, ledger 7
  run 8f14e45f-ceea-467f-a0e6-d2a4f6d0a6c1
"
`);
  });

  it.each([
    ["missing_rows_not_checked", "Streams that the database lacks were not looked for."],
    ["db_only", "Streams that the database lacks were not looked for."],
    ["rows_limited", "A condition limits the rows that were checked."],
    ["contract_missing", "Streams that the database lacks were looked for only around the ids of its rows."],
  ])("does not say that everything was checked where it was not: %s", (code, limit) => {
    for (const lagging of [0, 1]) {
      const summary = { ...emptyReport().summary, streamsChecked: 3, inSync: 3 - lagging, lagging };
      const text = table(emptyReport({ summary, notices: [{ streamId: null, code, message: "m" }] }), at80);
      const agree = lagging === 0 ? "" : "; 1 lags behind the contract, within the time that is allowed";
      const headline = `IN_SYNC (exit code 0): ${3 - lagging} of 3 streams agree in 4 fields${agree}.`;
      expect(text.replaceAll(/\s+/g, " ")).toContain(`${headline} ${limit} `);
    }
  });

  it("says that nobody knows whether the escrow can pay", () => {
    const notices = [{ streamId: null, code: "solvency_undecided", message: "m" }];
    const summary = { ...emptyReport().summary, streamsChecked: 3, inSync: 3 };
    const text = table(emptyReport({ status: "INCOMPLETE", exitCode: 5, summary, notices }), at80);
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "INCOMPLETE (exit code 5): Not everything could be checked: whether the escrow can pay what it owes is not known. What",
    );
    expect(text).toMatch(/explained: reconcile-streams explain\s+solvency_undecided/);
  });

  it("is there even when nothing at all was seen", () => {
    expect(table(emptyReport({ network: null, dryRun: true }), at80)).toMatchInlineSnapshot(`
"IN_SYNC (exit code 0): There was no stream to check, which was allowed; nothing
else is known.
  This was a dry run: no record of it was kept.
  0 streams checked
  0 streams unchecked, 0 violations, 0 errors, 0 notices
  checked: all streams
  compared: recipient, total_amount, released_amount, status
  not compared: sender
  allowed: no difference, lag up to 120 ledgers
  database: at ledger 990 by its rows' cursors, 10 ledgers (about 50 s) behind
  chain: at ledger 1000, 4 s old
  contract CAEQSCIJBEEQSCIJBEEQSCIJBEEQAAAAAAAAAAAAAAAAAAAAAAAAAYHU
  network unknown, ledger never read
"
`);
  });

  it.each([
    ["IN_SYNC", 0, "32"],
    ["DRIFT", 3, "31"],
    ["VIOLATION", 4, "31"],
    ["INCOMPLETE", 5, "33"],
    ["IN_SYNC", 5, "31"],
  ] as const)("shows %s with exit code %i in its colour", (status, exitCode, color) => {
    const text = table(emptyReport({ status, exitCode }), { color: true, width: null, limit: 50 });
    expect(text).toMatch(`\u001b[${color}m\u001b[1m${status} (exit code ${exitCode}): `);
  });
});

describe("values from outside", () => {
  const ESC = "\u001b";
  const nasty = `a${ESC}[2J\u0007\r\nb\u009b31m\u202ec\u200bd\u00a0e\u2028f`;

  it("cannot reach the terminal as control characters, whatever they are in", () => {
    const report = emptyReport({
      network: nasty,
      scope: [nasty],
      summary: { ...emptyReport().summary, drifted: 1 },
      discrepancies: [discrepancy(nasty, nasty, nasty, nasty)],
      violations: [{ streamId: nasty, invariant: "i", side: "db", message: nasty, values: {} }],
      errors: [{ streamId: nasty, code: "c", message: nasty }],
      notices: [{ streamId: nasty, code: "c", message: nasty }],
    });
    for (const options of [at80, piped]) {
      const text = table(report, options);
      expect(text).not.toMatch(/[^\P{C}\n]/u);
      expect(text).not.toMatch(/[\u00a0\u2028]/);
    }
    expect(table(report, piped)).toContain("a\\x1b[2J\\x07\\x0d\\x0ab\\x9b31m\\u{202e}c\\u{200b}d\\xa0e\\u{2028}f");
  });

  it("show a difference that nobody could see", () => {
    const report = emptyReport({ discrepancies: [discrepancy("s", "status", "Active\u200b", "Active")] });
    expect(table(report, at80)).toContain("Active\\u{200b}");
  });

  it("are never cut, in any script", () => {
    const wide = "日本語".repeat(20);
    for (const width of [80, 40, null]) {
      const text = table(emptyReport({ discrepancies: [discrepancy(wide, "f", wide, "🙂".repeat(30))] }), {
        color: false,
        width,
        limit: 50,
      });
      expect(text).not.toContain("…");
      expect(text.match(/🙂/gu)).toHaveLength(30);
      expect(text.match(/本/gu)).toHaveLength(40);
    }
  });
});

describe("a table of very many findings", () => {
  it("paints each verdict in its own colour", () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      discrepancy(`stream_${i}`, "status", "a", "b", i % 3 === 0 ? "lag" : "drift"),
    );
    const painted = lines(table(emptyReport({ discrepancies: many }), { color: true, width: 80, limit: 0 }));
    const count = (verdict: string) => painted.filter((line) => line.includes(verdict)).length;
    expect([count("\u001b[31mdrift"), count("\u001b[33mlag")]).toEqual([66, 34]);
  });

  it("has each of them, in order, in aligned columns", () => {
    const many = Array.from({ length: 1_000 }, (_, i) => discrepancy(`stream_${i}`, "status", "a", "b"));
    const body = lines(table(emptyReport({ discrepancies: many }), whole)).slice(2, 1_002);
    expect(body.map((line) => /^stream_(\d+) +status +a +b +drift: missed$/.exec(line)?.[1])).toEqual(
      many.map((_, i) => String(i)),
    );
    expect(new Set(body.map((line) => line.indexOf("status"))).size).toBe(1);
  });
});

describe("the table of more findings than are shown", () => {
  const remarks = (n: number) =>
    Array.from({ length: n }, (_, i) => ({ streamId: `s${i}`, code: "c", message: "why" }));
  const report = emptyReport({
    discrepancies: Array.from({ length: 1_002 }, (_, i) => discrepancy(`stream_${i}`, "status", "a", "b")),
    errors: remarks(3),
    notices: remarks(2),
  });
  const show = (limit: number) => table(report, { color: false, width: 80, limit });

  it("shows the first of each block, and says how many more there are and how to see them", () => {
    const shown = lines(show(2));
    expect(shown.filter((line) => line.startsWith("stream_"))).toHaveLength(2);
    expect(shown.filter((line) => line.startsWith("…"))).toEqual([
      "… and 1,000 more of 1,002: --limit 0 shows all; --format json and ndjson are",
      "… and 1 more of 3: --limit 0 shows all; --format json and ndjson are always",
    ]);
    expect(show(2)).toContain("1,002");
    for (const line of shown) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("is whole with 0, and with as many as there are", () => {
    for (const limit of [0, 1_002]) {
      expect(lines(show(limit)).filter((line) => line.startsWith("stream_"))).toHaveLength(1_002);
      expect(show(limit)).not.toContain("--limit");
    }
  });
});

it.each(["::error::x", "  ::stop-commands::x", "a ##[error]b"])(
  "a log of GitHub Actions takes no line for a command because of the value %j",
  (value) => {
    const report = emptyReport({
      scope: [value],
      discrepancies: [discrepancy(value, value, value, value)],
      errors: [{ streamId: value, code: "rpc_error", message: value }],
    });
    const text = table(report, { color: false, width: null, limit: 0 });
    for (const line of text.split("\n")) expect(line).not.toMatch(/^\s*::|##\[/);
    expect(text).toContain(value.trim().replace("::", ": :").replace("##[", "## ["));
  },
);
