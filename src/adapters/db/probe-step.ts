import type { JournalStep } from "../../core/records/journal.js";
import { factsOf, SEAL_COLUMNS } from "../../core/records/run-columns.js";
import type { RunRecord } from "../../core/records/run-record.js";

/** A valid record of no actual run, inserted and rolled back to prove that writing works. */
export const PROBE_RECORD: RunRecord = {
  runId: "probe-of-reconcile-streams",
  startedAt: "2000-01-01T00:00:00.000Z",
  finishedAt: null,
  status: "RUNNING",
  exitCode: null,
  scope: "all-streams",
  requestedBy: "probe",
  service: null,
  keyId: null,
  toolVersion: "0",
  contractId: "probe",
  network: null,
  ledgerFirst: null,
  ledgerLast: null,
  summary: null,
  report: null,
};

const PROBE_SEAL = Object.fromEntries(SEAL_COLUMNS.map((name) => [name, name === "sequence" ? "1" : "probe"]));

export const PROBE_STEP: JournalStep = {
  run: { ...factsOf(PROBE_RECORD), ...PROBE_SEAL },
  head: {
    contractId: "probe",
    sequence: "1",
    recordDigest: "probe",
    recordKey: "probe",
    headHmac: "probe",
    contracts: "probe",
  },
  others: [],
};
