import type { xdr } from "@stellar/stellar-base";
import type { StreamOnChain } from "../../src/core/contract/stream-on-chain.js";
import { readStruct } from "../../src/core/contract/stream-struct.js";
import type { StreamOutcome } from "../../src/core/report/stream-outcome.js";
import { type Policy, StreamJudge } from "../../src/core/rules/judge.js";
import { type DbStream, readRow } from "../../src/core/rules/mapping.js";
import { decodeScVal } from "../../src/core/xdr/decode.js";
import type { ScVal } from "../../src/core/xdr/scval.js";
import type { LedgerEntry } from "../../src/ports/on-chain-client.js";
import { streampay } from "../../src/presets/streampay.js";
import { type DbRow, dbRow, fullPlan, policyOf, rowOf } from "./core-rows.js";
import { type StreamStruct, streamVal } from "./streampay-contract.js";

/** What the core reads of a value that the library wrote. */
export const decoded = (val: xdr.ScVal): ScVal => decodeScVal(Uint8Array.from(val.toXDR()));

export const ledgerEntry = (val: xdr.ScVal, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  kind: "entry",
  value: Uint8Array.from(val.toXDR()),
  lastModifiedLedger: 900,
  liveUntilLedger: 100_000,
  ...more,
});

export const chainRecord = (
  stream: StreamStruct,
  modified = 900,
  liveUntil: number | null = 100_000,
): StreamOnChain => ({
  kind: "stream",
  stream: readStruct(decoded(streamVal(stream)), streampay),
  modified,
  liveUntil,
});

export const readDbRow = (row: DbRow): DbStream => readRow(rowOf(row), fullPlan);

/** The judgement on one StreamPay stream, every field compared, read at ledger 1000. */
export function judged(
  row: DbRow | StreamStruct,
  record: StreamOnChain | StreamStruct,
  policy: Partial<Policy> = {},
  now: bigint | null = null,
): StreamOutcome {
  const judge = new StreamJudge(streampay, fullPlan, policyOf(policy));
  const db = readDbRow("fields" in row ? row : dbRow(row));
  return judge.outcome(db, "kind" in record ? record : chainRecord(record), 1000, now);
}
