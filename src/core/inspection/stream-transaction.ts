import type { AppliedTransaction } from "../../ports/chain-history.js";
import type { Layout } from "../contract/layout.js";
import { readOr } from "../values/field.js";
import { type Invocation, readInvocation } from "../xdr/invocation.js";
import { type EntryChange, entryChange, previousChange } from "./entry-change.js";

/** A transaction that changed the stream or emitted one of its events. */
export interface StreamTransaction {
  readonly hash: string | null;
  readonly ledger: number;
  readonly closedAt: bigint | null;
  /** The contract call; null: unknown. */
  readonly invocation: Invocation | null;
  /** How the stream's entry changed; null: it did not. */
  readonly change: EntryChange | null;
}

/** A transaction's change to the stream, and the ledger of the entry's previous change; null: none. */
export function changesIn(
  { meta, succeeded }: AppliedTransaction,
  ledgerKey: Uint8Array,
  innerKey: Uint8Array | null,
  layout: Layout,
): { readonly change: EntryChange | null; readonly previous: number | null } {
  if (!succeeded) return { change: null, previous: null };
  return readOr(
    () => ({ change: entryChange(meta, ledgerKey, innerKey, layout), previous: previousChange(meta, ledgerKey) }),
    () => ({ change: { kind: "updated", fields: [] }, previous: null }),
  );
}

/** A transaction's contract call; null if its envelope cannot be read or has none. */
export function invocationOf({ envelope }: AppliedTransaction): Invocation | null {
  return readOr(
    () => readInvocation(envelope),
    () => null,
  );
}
