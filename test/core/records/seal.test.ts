import { createHash, createHmac } from "node:crypto";
import { beginJournalStep, type RecordKey, type Seals } from "../../../src/core/records/journal.js";
import type { RunColumns } from "../../../src/core/records/run-columns.js";
import type { RunRecord } from "../../../src/core/records/run-record.js";
import { checkSeal } from "../../../src/core/records/seal.js";
import { emptyReport } from "../../support/core-report.js";

const SEALS: Seals = {
  digest: (text) => createHash("sha256").update(text).digest("hex"),
  current: null,
  previous: [],
};

/** A sealed record with a value of its own in every column that its report repeats. */
const REPORT = {
  ...emptyReport(),
  runId: "run-1",
  startedAt: "2026-11-22T03:15:00.000Z",
  finishedAt: "2026-11-22T03:15:09.000Z",
  status: "DRIFT",
  exitCode: 3,
  toolVersion: "1.2.3",
  contractId: "CONTRACT",
  network: "testnet",
  ledger: { first: 101, last: 102 },
  summary: {
    ...emptyReport().summary,
    ...{ streamsChecked: 11, inSync: 12, drifted: 13, lagging: 14 },
    ...{ missingOnChain: 15, missingInDb: 16, violations: 17, unchecked: 18 },
  },
} as const;
const COLUMNS = {
  run_id: "run-1",
  started_at: "2026-11-22T03:15:00.000Z",
  finished_at: "2026-11-22T03:15:09.000Z",
  status: "DRIFT",
  exit_code: "3",
  tool_version: "1.2.3",
  contract_id: "CONTRACT",
  network: "testnet",
  ledger_first: "101",
  ledger_last: "102",
  streams_checked: "11",
  in_sync: "12",
  drifted: "13",
  lagging: "14",
  missing_on_chain: "15",
  missing_in_db: "16",
  violations: "17",
  unchecked: "18",
};

function sealed(changes: Partial<RunRecord> = {}, seals = SEALS): RunColumns {
  const { runId, startedAt, finishedAt, status, exitCode, toolVersion, contractId, network, ledger, summary } = REPORT;
  const facts = { runId, startedAt, finishedAt, status, exitCode, toolVersion, contractId, network, summary };
  const unsaid = { scope: "all-streams", requestedBy: "x", service: null, keyId: null } as const;
  const record = { ...facts, ...unsaid, ledgerFirst: ledger.first, ledgerLast: ledger.last };
  const state = { head: null, newest: null, own: null, others: [], unsealed: [], hasSealedBefore: false };
  return beginJournalStep({ ...record, report: JSON.stringify(REPORT), ...changes }, state, seals).run;
}

const faultOf = (run: RunColumns) => checkSeal(run, SEALS).fault;

describe("a record that was altered", () => {
  it("has a value in every column that its report repeats", () => {
    expect(sealed()).toMatchObject(COLUMNS);
    expect(faultOf(sealed())).toBeNull();
  });

  it.each(Object.entries(COLUMNS))("names its column %s, of which the report says %s", (name, value) => {
    expect(faultOf({ ...sealed(), [name]: "99" })).toBe(
      `its columns are not those that were sealed: ${name} is 99, the report says ${value}`,
    );
    expect(faultOf({ ...sealed(), [name]: null })).toBe(
      `its columns are not those that were sealed: ${name} is NULL, the report says ${value}`,
    );
  });

  it("names all columns that contradict the report", () => {
    const what = "in_sync is 24, the report says 12; drifted is 1, the report says 13";
    expect(faultOf({ ...sealed(), in_sync: "24", drifted: "1" })).toContain(`sealed: ${what}`);
  });

  it.each(["scope", "requested_by", "service", "key_id", "sequence", "previous_digest"])(
    "is noticed in column %s, which the report does not repeat",
    (name) => {
      expect(faultOf({ ...sealed(), [name]: "99" })).toBe("its columns are not those that were sealed");
    },
  );

  it("may say INTERRUPTED where its report says INCOMPLETE, and nothing else", () => {
    const report = JSON.stringify({ ...REPORT, status: "INCOMPLETE" });
    const interrupted = { ...sealed({ status: "INTERRUPTED", report }), requested_by: "y" };
    expect(faultOf(interrupted)).toBe("its columns are not those that were sealed");
    const other = { ...sealed({ status: "INTERRUPTED", report: JSON.stringify(REPORT) }), requested_by: "y" };
    expect(faultOf(other)).toContain("status is INTERRUPTED, the report says DRIFT");
  });

  it("is distinguished from one whose report was altered", () => {
    const report = JSON.stringify({ ...REPORT, exitCode: 0 });
    expect(faultOf({ ...sealed(), report })).toContain("report is not the one that was sealed");
    const both = { ...sealed(), report, exit_code: "0" };
    expect(faultOf(both)).toContain("report and report_digest do not match");
    expect(faultOf({ ...sealed(), report: null })).toContain("report is not the one that was sealed");
  });
});

describe("a record with an HMAC", () => {
  const sign = (text: string) => createHmac("sha256", "secret").update(text).digest("hex");
  const key: RecordKey = { id: "key", sign, fits: (text, hmac) => sign(text) === hmac };
  const keyed: Seals = { ...SEALS, current: key };
  const run = sealed({}, keyed);
  const altered = "its columns are not those that were sealed: in_sync is 99, the report says 12";

  it("proves that only its digest was replaced, to those who have the key", () => {
    const replaced = { ...run, record_digest: "0" };
    expect(checkSeal(replaced, keyed)).toMatchObject({
      fault: "record_digest is not the record's own",
      proof: "current-key",
    });
    expect(checkSeal(replaced, SEALS)).toMatchObject({
      fault: "its columns are not those that were sealed",
      proof: "unknown-key",
    });
  });

  it("is described by its columns when they were altered, with the key and without", () => {
    expect(checkSeal({ ...run, in_sync: "99" }, keyed)).toMatchObject({ fault: altered, proof: "current-key" });
    expect(checkSeal({ ...run, in_sync: "99" }, SEALS)).toMatchObject({ fault: altered, proof: "unknown-key" });
    expect(checkSeal({ ...sealed(), in_sync: "99" }, keyed)).toMatchObject({ fault: altered, proof: "digest-only" });
  });

  it("is told apart by the key that it was made with", () => {
    const retired: Seals = { ...SEALS, previous: [key] };
    expect(checkSeal(run, keyed)).toMatchObject({ fault: null, proof: "current-key" });
    expect(checkSeal(run, retired)).toMatchObject({ fault: null, proof: "previous-key" });
    expect(checkSeal(run, SEALS)).toMatchObject({ fault: null, proof: "unknown-key" });
    const forged = { ...run, record_hmac: "0" };
    for (const seals of [keyed, retired]) expect(checkSeal(forged, seals).fault).toContain("without the record key");
  });
});
