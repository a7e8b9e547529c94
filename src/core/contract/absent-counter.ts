import { decodeScVal } from "../xdr/decode.js";
import type { ScVal } from "../xdr/scval.js";
import { keyText } from "../xdr/scval-text.js";

const KEYS_TOLD = 12;

/** A message with what a contract's instance keeps instead of the layout's counter, and what to configure. */
export function absentFromInstance(instance: Uint8Array, wanted: readonly ScVal[]): string {
  const decoded = decodeScVal(instance);
  const keys = decoded.type === "contract_instance" ? (decoded.storage ?? []).map(({ key }) => keyText(key)) : [];
  const rest = keys.length > KEYS_TOLD ? ` and ${keys.length - KEYS_TOLD} more` : "";
  const told = keys.length === 0 ? "nothing" : `${keys.slice(0, KEYS_TOLD).join(", ")}${rest}`;
  return (
    `the contract's instance has no stream counter at ${wanted.map(keyText).join(" or ")}, as if it had no streams; ` +
    `it keeps: ${told}. If one of these is the counter, name it in contract.layout.nextId.keys; if one is a stream, ` +
    "name it in contract.layout.stream (docs/layouts.md)"
  );
}

/** A message that the layout's counter is in none of its entries. Nobody can list a contract's other entries. */
export function absentFromStorage(wanted: readonly ScVal[]): string {
  return (
    `the contract's persistent storage has no stream counter at ${wanted.map(keyText).join(" or ")}, as if it had no ` +
    "streams. If the contract counts them elsewhere, correct contract.layout.nextId (docs/layouts.md)"
  );
}
