import { decodeScVal } from "../xdr/decode.js";
import type { ScVal } from "../xdr/scval.js";
import { keyText } from "../xdr/scval-text.js";

const KEYS_TOLD = 12;

/** What a contract's instance keeps instead of the counter that the layout names, and what to write, in words. */
export function absentCounter(instance: Uint8Array, wanted: readonly ScVal[]): string {
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
