import type { Discrepancy } from "../../../src/core/report/report.js";
import { REASONS } from "../../../src/core/report/report.js";
import { sayReason } from "../../../src/core/report/say-reason.js";

const found = (more: Partial<Discrepancy>): Discrepancy => ({
  ...{ streamId: "s", field: "status", dbValue: "a", onChainValue: "b", token: null },
  ...{ classification: "drift", reason: "missed", ledger: { dbSynced: 950, chainModified: 900, observed: 1000 } },
  ...more,
});
const late = { dbSynced: 890, chainModified: 900, observed: 1000 };
const untold = { dbSynced: null, chainModified: 900, observed: 1000 };
const noRow = { field: "presence", dbValue: "missing", onChainValue: "present" };
const noEntry = { field: "presence", dbValue: "present", onChainValue: "missing" };

describe("the sentence that says why a difference is drift or lag", () => {
  it.each<[Partial<Discrepancy>, string]>([
    [
      {},
      "The contract's entry has not changed since ledger 900, and the database has seen ledger 950: it has missed the change.",
    ],
    [
      { ledger: late },
      "The row was not what the contract's entry had been at the row's cursor, at every look: it has missed a change (read at ledger 1000).",
    ],
    [{ reason: "contradiction" }, "The row says what the stream has never been on chain (read at ledger 1000)."],
    [
      { reason: "stale", ledger: late },
      "The contract's entry changed at ledger 900, and the database has had its time: it has come to ledger 890 (read at ledger 1000).",
    ],
    [
      { reason: "no_cursor", ledger: untold },
      "The contract's entry changed at ledger 900, and nothing shows that the database is on its way (read at ledger 1000).",
    ],
    [
      { classification: "lag", reason: "behind", ledger: late },
      "The contract's entry changed at ledger 900, and the database is on its way: it has come to ledger 890 (read at ledger 1000).",
    ],
    [
      { classification: "lag", reason: "ahead" },
      "The row was written ahead: the contract has come to say what it said before (read at ledger 1000).",
    ],
    [noEntry, "The database has this stream, and the contract has no entry for it (read at ledger 1000)."],
    [
      noRow,
      "The contract has this stream, last changed at ledger 900, and the database has no row for it, although it has seen ledger 950 (read at ledger 1000).",
    ],
    [
      { ...noRow, reason: "stale", ledger: late },
      "The contract has this stream, last changed at ledger 900, and the database has no row for it: it has come to ledger 890 (read at ledger 1000).",
    ],
    [
      { ...noRow, reason: "no_cursor", ledger: untold },
      "The contract has this stream, last changed at ledger 900, and the database has no row for it: nothing tells how far it has come (read at ledger 1000).",
    ],
    [
      { ...noRow, classification: "lag", reason: "behind", ledger: late },
      "The contract has this stream, last changed at ledger 900, and the database has no row for it yet: it has come to ledger 890 (read at ledger 1000).",
    ],
  ])("%j", (more, sentence) => {
    expect(sayReason(found(more))).toBe(sentence);
  });

  it("says something else for every reason", () => {
    const said = REASONS.map((reason) =>
      sayReason(found({ reason, classification: reason === "behind" ? "lag" : "drift" })),
    );
    expect(new Set(said).size).toBe(REASONS.length);
  });

  it("does not contradict the verdict of an earlier version's report, which gives no reason", () => {
    expect(sayReason(found({ classification: "lag", reason: "missed", ledger: late }))).toContain("on its way");
  });
});
