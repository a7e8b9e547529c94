import { Findings, statusOf } from "../../src/core/report/findings.js";
import type { RunStatus } from "../../src/core/report/report.js";
import { type Reconciliation, reconcile } from "../../src/core/run/reconcile.js";
import type { StreamRow } from "../../src/ports/db-client.js";
import { streampay } from "../../src/presets/streampay.js";
import type { MemoryChain } from "./core-memory-chain.js";
import { type DbRow, dbRow, fullPlan, pagesOf, policyOf, rowOf } from "./core-rows.js";
import { ManualClock } from "./manual-clock.js";
import { contractId, type StreamStruct, streamStruct } from "./streampay-contract.js";

export const CONTRACT = contractId(9);

/** Ten thousand streams would be told apart: amounts depend on the id. */
export const numberedStream = (id: number, more: Partial<StreamStruct> = {}): StreamStruct =>
  streamStruct({ id: BigInt(id), total_amount: 2_000n + BigInt(id), ...more });

export const numberedStreams = (count: number): StreamStruct[] =>
  Array.from({ length: count }, (_, i) => numberedStream(i + 1));

export interface RunInput extends Partial<Omit<Reconciliation, "chain">> {
  readonly chain: MemoryChain;
  readonly rows: readonly (DbRow | StreamStruct)[];
  readonly pageSize?: number;
  readonly findings?: Findings;
  /** Instead of `rows`. */
  readonly pages?: AsyncIterable<readonly StreamRow[]>;
}

/** One look at the rows, over StreamPay's layout, every field compared; what the database lacks is not looked for. */
export async function run({
  rows,
  pageSize = 7,
  findings = new Findings(),
  pages,
  ...more
}: RunInput): Promise<Findings> {
  const table: StreamRow[] = rows.map((row) => rowOf("fields" in row ? row : dbRow(row)));
  await reconcile(
    {
      readRows: async () => ({ globalCursor: undefined, pages: pages ?? pagesOf(table, pageSize) }),
      clock: new ManualClock(),
      contractId: CONTRACT,
      layout: streampay,
      plan: fullPlan,
      policy: policyOf(),
      concurrency: 3,
      confirm: 0,
      settle_ms: 60_000,
      cursorMeans: null,
      latestLedger: 1000,
      isStatic: true,
      only: null,
      dbOnly: true,
      ...more,
    },
    findings,
  );
  return findings;
}

/** What the run says of how it was made, rather than of what it found. */
const OF_THE_RUN = ["db_only", "unconfirmed", "missing_rows_not_checked"];

/** Everything that a run found, as plain data. */
export const plain = (findings: Findings) => {
  const { discrepancies, violations, errors, summary, ledger } = findings;
  const notices = findings.notices.filter(({ code }) => !OF_THE_RUN.includes(code));
  return { discrepancies, violations, errors, notices, summary, ledger, status: statusOf(findings) as RunStatus };
};
