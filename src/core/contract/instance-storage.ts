import { UnreadableValue } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import { encodeScVal } from "../xdr/encode.js";
import type { ScVal } from "../xdr/scval.js";
import { typedText } from "../xdr/scval-text.js";

/**
 * What a contract keeps in its own instance entry, by the XDR of each key as text.
 * @throws XdrError, UnreadableValue when the entry is no contract instance
 */
export function instanceStorage(bytes: Uint8Array): ReadonlyMap<string, ScVal> {
  const instance = decodeScVal(bytes);
  if (instance.type !== "contract_instance") {
    throw new UnreadableValue(`expected a contract instance, found ${typedText(instance)}`);
  }
  return new Map((instance.storage ?? []).map(({ key, val }) => [bytesText(encodeScVal(key)), val]));
}

/** Bytes as a text of the same length, to look them up by. Not spread into one call, which long keys would overflow. */
export function bytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
