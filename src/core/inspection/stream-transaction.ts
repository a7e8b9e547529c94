import type { AppliedTransaction } from "../../ports/chain-history.js";
import type { Layout } from "../contract/layout.js";
import { readOr } from "../values/field.js";
import { type Invocation, readInvocation } from "../xdr/invocation.js";
import { type EntryChange, entryChange, previousChange } from "./entry-change.js";

/** A transaction that changed the stream, or sent one of its events. */
export interface StreamTransaction {
  readonly hash: string | null;
  readonly ledger: number;
  readonly closedAt: bigint | null;
  /** What was called; null where the envelope does not tell. */
  readonly invocation: Invocation | null;
  /** How it changed the stream's entry; null when it did not. */
  readonly change: EntryChange | null;
}

/** What a transaction did to the stream, and the ledger in which its entry had been changed before; null: nothing. */
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

/** What a transaction called; null where its envelope does not tell. */
export function invocationOf({ envelope }: AppliedTransaction): Invocation | null {
  return readOr(
    () => readInvocation(envelope),
    () => null,
  );
}
