import { encodeScVal } from "../xdr/encode.js";
import { contractDataKey, instanceKey } from "../xdr/ledger-key.js";
import type { ScVal } from "../xdr/scval.js";
import type { KeyAtom, KeyTemplate, Layout } from "./layout.js";

/** The greatest id of each type: ids beyond it do not exist in the contract. */
const ID_LIMITS = { u32: (1n << 32n) - 1n, u64: (1n << 64n) - 1n, i128: (1n << 127n) - 1n } as const;

export function keyValue(template: KeyTemplate, id: bigint): ScVal {
  if (typeof template === "string") return { type: "symbol", value: template };
  if (isList(template)) return { type: "vec", value: template.map((part) => keyValue(part, id)) };
  return atomValue(template, id);
}

function atomValue(atom: KeyAtom, id: bigint): ScVal {
  const number = (text: string) => (text === "$id" ? id : BigInt(text));
  if ("u32" in atom) return { type: "u32", value: Number(number(atom.u32)) };
  if ("u64" in atom) return { type: "u64", value: number(atom.u64) };
  if ("i128" in atom) return { type: "i128", value: number(atom.i128) };
  if ("symbol" in atom) return { type: "symbol", value: atom.symbol };
  if ("address" in atom) return { type: "address", value: atom.address };
  return { type: "string", value: new TextEncoder().encode(atom.string) };
}

/** The greatest id that every part of the key can hold. */
export function greatestId(template: KeyTemplate): bigint {
  const [first = 0n, ...others] = idLimits(template);
  return others.reduce((least, limit) => (limit < least ? limit : least), first);
}

function idLimits(template: KeyTemplate): readonly bigint[] {
  if (typeof template === "string") return [];
  if (isList(template)) return template.flatMap(idLimits);
  if ("u32" in template && template.u32 === "$id") return [ID_LIMITS.u32];
  if ("u64" in template && template.u64 === "$id") return [ID_LIMITS.u64];
  if ("i128" in template && template.i128 === "$id") return [ID_LIMITS.i128];
  return [];
}

export const isList = (template: KeyTemplate): template is readonly KeyTemplate[] => Array.isArray(template);

/** Where a stream is kept: its own ledger entry, or a value inside the contract's instance entry. */
export interface StreamLocator {
  /** XDR LedgerKey of the entry that holds the stream. */
  ledgerKey(id: bigint): Uint8Array;
  /** XDR of the key inside the instance's storage; null when the stream has an entry of its own. */
  innerKey(id: bigint): Uint8Array | null;
  /** All streams are inside one entry. */
  readonly sharesOneEntry: boolean;
  readonly greatestId: bigint;
}

export function streamLocator(layout: Layout, contractId: string): StreamLocator {
  const { storage, key } = layout.stream;
  const limit = greatestId(key);
  if (storage === "instance") {
    const instance = instanceKey(contractId);
    return {
      ledgerKey: () => instance,
      innerKey: (id) => encodeScVal(keyValue(key, id)),
      sharesOneEntry: true,
      greatestId: limit,
    };
  }
  const ledgerKey = (id: bigint) => contractDataKey(contractId, keyValue(key, id), storage);
  return {
    ledgerKey: limit === ID_LIMITS.u64 ? keyWriter(ledgerKey) : ledgerKey,
    innerKey: () => null,
    sharesOneEntry: false,
    greatestId: limit,
  };
}

const KEYS_IN_A_SLAB = 200;

/** Writes keys of 64-bit ids from a template if they differ only in the id's eight bytes; else with `encode`. */
function keyWriter(encode: (id: bigint) => Uint8Array): (id: bigint) => Uint8Array {
  let template: { readonly bytes: Uint8Array; readonly idAt: number } | null | undefined;
  let slab = new DataView(new ArrayBuffer(0));
  let used = 0;
  return (id) => {
    if (template === undefined) template = templateOf(encode);
    if (template === null || id < 0n || id > ID_LIMITS.u64) return encode(id);
    const { bytes, idAt } = template;
    // Many keys share a buffer: one buffer per key would cost more than everything else.
    if (used + bytes.length > slab.byteLength) {
      slab = new DataView(new ArrayBuffer(KEYS_IN_A_SLAB * bytes.length));
      used = 0;
    }
    const key = new Uint8Array(slab.buffer, used, bytes.length);
    key.set(bytes);
    slab.setBigUint64(used + idAt, id);
    used += bytes.length;
    return key;
  };
}

/** The id is where the keys of the least and the greatest id differ; null: that is not eight bytes in one place. */
function templateOf(encode: (id: bigint) => Uint8Array): { readonly bytes: Uint8Array; readonly idAt: number } | null {
  const [zero, all] = [encode(0n), encode(ID_LIMITS.u64)];
  const changed = [...all.keys()].filter((i) => all[i] !== zero[i]);
  const idAt = changed[0] ?? 0;
  const isOnePlace = changed.length === 8 && changed.at(-1) === idAt + 7 && all.length === zero.length;
  return isOnePlace ? { bytes: zero, idAt } : null;
}
