import type { StreamStruct } from "../streampay-contract.js";

export type EventKind =
  | "created"
  | "started"
  | "withdrawn"
  | "settled"
  | "paused"
  | "resumed"
  | "cancelled"
  | "amended"
  /** No event of the contract: an entry was overwritten, and the indexer was told so. */
  | "overwritten";

export interface ChainEvent {
  readonly ledger: number;
  readonly streamId: bigint;
  readonly kind: EventKind;
  /** Paid to the recipient, in base units. */
  readonly amount: bigint;
  /** The stream as the transaction left it. */
  readonly after: StreamStruct;
}
