import type { StreamRow } from "../../ports/db-client.js";
import type { EntryFault, LedgerEntry, LedgerHead } from "../../ports/on-chain-client.js";
import type { StreamOnChain } from "../contract/stream-on-chain.js";
import type { StreamOutcome } from "../report/stream-outcome.js";
import type { DbStream } from "../rules/mapping.js";
import type { Contradiction } from "../verdict/contradiction.js";
import type { SideState } from "../verdict/side-state.js";

/** One stream, looked at once on both sides. */
export interface Observation {
  readonly streamId: string;
  /** null: the row names none, or not even that can be read. */
  readonly onChainId: bigint | null;
  /** S of the verdict table. */
  readonly synced: number | null;
  /** Why the row's cursor cannot be a ledger that the chain has reached; null: nothing speaks against it. */
  readonly cursorFault: string | null;
  /** The row as the database gave it; null where there is none. */
  readonly row: StreamRow | null;
  /** The ledger entry as it was read; null where there is none, or the chain was not asked. */
  readonly entry: LedgerEntry | EntryFault | null;
  /** null: the row could not be read, or the chain was not asked. */
  readonly chain: StreamOnChain | null;
  /** L of the verdict table; null when the chain was not asked. */
  readonly ledger: number | null;
  /** A time, in seconds, at which that ledger had closed. */
  readonly now: bigint | null;
  /** The ledger that `now` was told of; null where nothing was asked. */
  readonly head: LedgerHead | null;
  /** The row as it is compared; null where there is none, or it cannot be read. */
  readonly db: DbStream | null;
  /** What was found; null when neither side has the stream. */
  readonly outcome: StreamOutcome | null;
}

/** What is kept of an observation to compare the next one with: neither the entry nor the row, of which there may be many. */
export interface ObservationSummary extends Pick<Observation, "streamId" | "onChainId" | "synced" | "outcome"> {
  /** L of the verdict table: where the chain was not asked, how far it was known to have come. */
  readonly ledger: number;
  /** Whether its row can be asked for by its name. */
  readonly isNamed: boolean;
  /** The row as far as it is compared; null: the database has no row for the stream. */
  readonly row: SideState | null;
  /** The entry as far as it is compared; null: there is none, or it could not be read. */
  readonly entry: SideState | null;
  /** The entry's last change; null when there is no entry, or it could not be read. */
  readonly modified: number | null;
  readonly contradiction: Contradiction | null;
}
