import type { Layout } from "../contract/layout.js";
import { type ChainField, readStruct } from "../contract/stream-struct.js";
import { bytesText } from "../values/byte-text.js";
import { readOr } from "../values/field.js";
import { readScVal } from "../xdr/decode.js";
import { encodeScVal } from "../xdr/encode.js";
import { XdrReader } from "../xdr/reader.js";
import type { ScVal } from "../xdr/scval.js";

/** A field of the stream before and after a transaction; null: it had no value. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How a transaction changed the stream. */
export interface EntryChange {
  readonly kind: "created" | "updated" | "removed" | "restored";
  readonly fields: readonly FieldChange[];
}

/** LedgerEntryChangeType (Stellar-ledger.x). */
const CREATED = 0;
const UPDATED = 1;
const REMOVED = 2;
const STATE = 3;
const RESTORED = 4;

const CONTRACT_DATA = 6;

/**
 * Finds what a transaction's meta says about the stream's entry. Every version of the meta contains the entry's bytes,
 * preceded by the kind of change, so this searches for those bytes instead of parsing each version.
 * @param ledgerKey XDR of the entry's LedgerKey
 * @param innerKey XDR of the key inside the instance's storage; null when the entry is the stream's own
 * @returns null when the transaction did not change the stream
 */
export function entryChange(
  meta: Uint8Array,
  ledgerKey: Uint8Array,
  innerKey: Uint8Array | null,
  layout: Layout,
): EntryChange | null {
  const states = statesIn(meta, ledgerKey.subarray(4));
  const last = states.findLast(({ type }) => type !== STATE);
  if (last === undefined) return null;
  const before = states[0]!.type === STATE ? streamIn(states[0]!.value, innerKey) : null;
  const after = streamIn(last.value, innerKey);
  if (innerKey !== null && sameValue(before, after)) return null;
  const kind =
    last.type === RESTORED && before === null
      ? "restored"
      : after === null
        ? "removed"
        : before === null
          ? "created"
          : "updated";
  return { kind, fields: changedFields(fieldsOf(before, layout), fieldsOf(after, layout), layout) };
}

/**
 * The ledger of the entry's previous change. Each change names the one before it, so that changes can be traced back
 * without events.
 * @returns null when the transaction did not change the entry, or created it
 */
export function previousChange(meta: Uint8Array, ledgerKey: Uint8Array): number | null {
  const states = statesIn(meta, ledgerKey.subarray(4));
  const [first] = states;
  return first?.type === STATE && states.length > 1 ? first.modified : null;
}

interface EntryState {
  readonly type: number;
  /** The ledger that last modified this state of the entry. */
  readonly modified: number;
  readonly value: ScVal | null;
}

/** @param identity contract, key and durability, which are adjacent in both the entry and its key */
function statesIn(meta: Uint8Array, identity: Uint8Array): EntryState[] {
  const view = new DataView(meta.buffer, meta.byteOffset, meta.byteLength);
  const word = (at: number) => (at < 0 ? -1 : view.getUint32(at));
  const states: EntryState[] = [];
  for (let at = 8; at + identity.length <= meta.length; at += 4) {
    if (!isAt(meta, identity, at)) continue;
    // Type of change, last modified ledger, type of entry, extension. For a removed entry, the meta has only its key.
    const type = word(at - 16);
    if (word(at - 8) === CONTRACT_DATA && word(at - 4) === 0 && isChange(type)) {
      const reader = new XdrReader(meta);
      reader.offset = at + identity.length;
      states.push({ type, modified: word(at - 12), value: readScVal(reader) });
    } else if (word(at - 4) === CONTRACT_DATA && word(at - 8) === REMOVED) {
      states.push({ type: REMOVED, modified: 0, value: null });
    }
  }
  return states;
}

const isChange = (type: number): boolean => [CREATED, UPDATED, STATE, RESTORED].includes(type);

function isAt(bytes: Uint8Array, wanted: Uint8Array, at: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

function streamIn(value: ScVal | null, innerKey: Uint8Array | null): ScVal | null {
  if (innerKey === null || value === null) return value;
  if (value.type !== "contract_instance") return null;
  const wanted = bytesText(innerKey);
  return value.storage?.find(({ key }) => bytesText(encodeScVal(key)) === wanted)?.val ?? null;
}

function sameValue(a: ScVal | null, b: ScVal | null): boolean {
  if (a === null || b === null) return a === b;
  return bytesText(encodeScVal(a)) === bytesText(encodeScVal(b));
}

function fieldsOf(value: ScVal | null, layout: Layout): ReadonlyMap<string, ChainField> {
  if (value === null) return new Map();
  // An unreadable entry is reported elsewhere; it still changed.
  return readOr(
    () => readStruct(value, layout),
    () => new Map(),
  );
}

function changedFields(
  before: ReadonlyMap<string, ChainField>,
  after: ReadonlyMap<string, ChainField>,
  layout: Layout,
): FieldChange[] {
  return Object.keys(layout.fields).flatMap((field) => {
    const [old, now] = [before.get(field)?.text ?? null, after.get(field)?.text ?? null];
    return old === now ? [] : [{ field, before: old, after: now }];
  });
}
