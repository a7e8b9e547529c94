import { decodeScVal } from "../xdr/decode.js";
import type { ScVal } from "../xdr/scval.js";

const KEYS_TOLD = 12;

/** What a contract's instance keeps instead of the counter that the layout names, and what to write, in words. */
export function absentFromInstance(instance: Uint8Array, wanted: readonly ScVal[]): string {
  const decoded = decodeScVal(instance);
  const keys = decoded.type === "contract_instance" ? (decoded.storage ?? []).map(({ key }) => keyText(key)) : [];
  const rest = keys.length > KEYS_TOLD ? ` and ${keys.length - KEYS_TOLD} more` : "";
  const told = keys.length === 0 ? "nothing" : `${keys.slice(0, KEYS_TOLD).join(", ")}${rest}`;
  return (
    `the contract's instance has no counter of streams at ${wanted.map(keyText).join(" or ")}, as if it had no streams; ` +
    `what it keeps: ${told}. If one of these is the counter, name it in contract.layout.nextId.keys; if one is a stream, ` +
    "in contract.layout.stream (docs/layouts.md)"
  );
}

/** That none of the entries that may hold the counter is there, in words: nobody can list a contract's entries. */
export function absentFromStorage(wanted: readonly ScVal[]): string {
  return (
    `the contract's persistent storage has no counter of streams at ${wanted.map(keyText).join(" or ")}, as if it had no ` +
    "streams. If it counts them elsewhere, correct contract.layout.nextId (docs/layouts.md)"
  );
}

/** A storage key, nearly as the configuration writes it. */
function keyText(key: ScVal): string {
  switch (key.type) {
    case "vec":
      return `[${(key.value ?? []).map(keyText).join(", ")}]`;
    case "symbol":
    case "address":
      return key.value;
    case "u32":
    case "u64":
    case "i128":
      return `${key.type} ${key.value}`;
    default:
      return key.type.replaceAll("_", " ");
  }
}
