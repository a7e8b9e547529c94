import type { Discrepancy, Report } from "../../src/core/report/report.js";
import { accountId, contractId } from "./streampay-contract.js";

export const UUID = "0f8fad5b-d9cb-469f-a165-70867728950e";
export const I128_MAX = ((1n << 127n) - 1n).toString();
export const I128_MIN = (-(1n << 127n)).toString();

/** A report of a run that saw nothing. */
export function emptyReport(overrides: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    runId: "8f14e45f-ceea-467f-a0e6-d2a4f6d0a6c1",
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: "2026-01-01T00:00:01.000Z",
    dryRun: false,
    toolVersion: "0.1.0",
    status: "IN_SYNC",
    exitCode: 0,
    scope: "all-streams",
    contractId: contractId(9),
    network: "testnet",
    ledger: { first: null, last: null },
    summary: {
      streamsChecked: 0,
      inSync: 0,
      drifted: 0,
      lagging: 0,
      missingOnChain: 0,
      missingInDb: 0,
      violations: 0,
      unchecked: 0,
      ignored: 0,
      confirmation: { found: 0, dismissed: 0, confirmed: 0 },
    },
    compared: {
      fields: ["recipient", "total_amount", "released_amount", "status"],
      notCompared: ["sender"],
      takenOut: [],
      tolerance: "0",
      fieldTolerance: {},
      maxLagLedgers: 120,
      narrowed: { streams: false, dbOnly: false, where: null, contractColumn: null, ignoreRules: 0, failOn: ["drift"] },
    },
    database: { watermark: 990, toldBy: "rows", cursorMeans: "check", ledgersBehind: 10, secondsBehind: 50 },
    chain: { source: "rpc", newestLedger: 1000, closedAt: "2026-11-24T12:00:00.000Z", ageSeconds: 4 },
    discrepancies: [],
    violations: [],
    errors: [],
    notices: [],
    tokens: [],
    ...overrides,
  };
}

const ledger = { dbSynced: 950, chainModified: 900, observed: 1000 };

export const discrepancy = (
  streamId: string,
  field: string,
  dbValue: string | null,
  onChainValue: string | null,
  classification: Discrepancy["classification"] = "drift",
): Discrepancy => ({
  ...{ streamId, field, dbValue, onChainValue, classification, token: null, ledger },
  reason: classification === "drift" ? "missed" : "behind",
});

/** One finding of every kind, with the longest values that there are. */
export const fullReport = (): Report =>
  emptyReport({
    status: "VIOLATION",
    exitCode: 4,
    ledger: { first: 1000, last: 1003 },
    scope: [UUID, "stream_2", "stream_3", "stream_4"],
    summary: {
      streamsChecked: 1_234_567,
      inSync: 1_234_562,
      drifted: 2,
      lagging: 1,
      missingOnChain: 1,
      missingInDb: 1,
      violations: 2,
      unchecked: 1,
      ignored: 0,
      confirmation: { found: 0, dismissed: 0, confirmed: 0 },
    },
    discrepancies: [
      discrepancy(UUID, "total_amount", I128_MIN, I128_MAX),
      discrepancy("stream_2", "recipient", accountId(1), accountId(2)),
      discrepancy("stream_3", "status", "paused", "Active", "lag"),
      discrepancy("stream_4", "presence", "present", "missing"),
      discrepancy("on-chain:7", "presence", "missing", "present"),
      discrepancy("stream_5", "released_amount", null, "1000"),
    ],
    violations: [
      {
        streamId: UUID,
        invariant: "released_within_total",
        side: "on_chain",
        message: `released is above total by ${I128_MAX}`,
        values: { total_amount: "1", released_amount: I128_MAX },
      },
      {
        streamId: "stream_2",
        invariant: "released_not_negative",
        side: "db",
        message: "the released amount is negative: -5",
        values: { released_amount: "-5" },
      },
    ],
    errors: [
      { streamId: "stream_9", code: "row_unreadable", message: 'column total_amount: "a lot" is not a decimal number' },
      { streamId: null, code: "chain_lost", message: "gave up after 5 failed requests in a row" },
    ],
    notices: [
      {
        streamId: UUID,
        code: "archived_or_unknown",
        message: "the entry is archived, or the node does not tell its time to live; its value was compared",
      },
    ],
  });
