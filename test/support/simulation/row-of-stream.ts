import type { StreamStruct } from "../streampay-contract.js";
import type { StreamRow } from "./table-model.js";

export const rowIdOf = (id: bigint): string => `stream_${id}`;

/** The row that agrees with a stream. */
export function rowOfStream(stream: StreamStruct, id: bigint, synced: number | null): StreamRow {
  return {
    id: rowIdOf(id),
    onChainId: id,
    sender: stream.sender,
    recipient: stream.recipient,
    total: stream.total_amount,
    released: stream.released_amount,
    status: stream.status.toLowerCase(),
    end: stream.end_time,
    synced,
  };
}
