import type { StreamStruct } from "../streampay-contract.js";
import { rowOfStream } from "./row-of-stream.js";
import type { StreamRow } from "./table-model.js";

/** One look at one stream at one moment. */
export type Look = { readonly kind: "same" | "node-behind" } | Difference;

export interface Difference {
  readonly kind: "drift" | "lag";
  /** The database had its time, or still has it; else the row claims to have seen what it disagrees with. */
  readonly byAge: boolean;
  readonly fields: string;
}

/** The verdict table of docs/architecture.md#drift-or-lag, written apart from the tool's. */
export function look(
  synced: number | null,
  modified: number | null,
  observed: number,
  differing: readonly string[],
  maxLag: number,
): Look {
  if (differing.length === 0) return { kind: "same" };
  if (synced !== null && synced > observed) return { kind: "node-behind" };
  const fields = [...differing].sort().join();
  if (modified === null || (synced !== null && modified <= synced)) return { kind: "drift", byAge: false, fields };
  return { kind: observed - modified > maxLag ? "drift" : "lag", byAge: true, fields };
}

/** The fields that the mapping compares and that differ. */
export function differingFields(row: StreamRow, stream: StreamStruct | null, isWide: boolean): string[] {
  if (stream === null) return ["presence"];
  const right = rowOfStream(stream, stream.id, null);
  const names: string[] = [];
  if (row.recipient !== right.recipient) names.push("recipient");
  if (row.total !== right.total) names.push("total_amount");
  if (row.released !== right.released) names.push("released_amount");
  if (row.status !== right.status) names.push("status");
  if (isWide && row.sender !== right.sender) names.push("sender");
  if (isWide && row.end !== right.end) names.push("end_time");
  return names;
}
