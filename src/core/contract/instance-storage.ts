import { bytesText } from "../values/byte-text.js";
import { UnreadableValue } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import { encodeScVal } from "../xdr/encode.js";
import type { ScVal } from "../xdr/scval.js";
import { typedText } from "../xdr/scval-text.js";

/**
 * The values in a contract's instance entry, by each key's XDR as text.
 * @throws XdrError, UnreadableValue when the entry is not a contract instance
 */
export function instanceStorage(bytes: Uint8Array): ReadonlyMap<string, ScVal> {
  const instance = decodeScVal(bytes);
  if (instance.type !== "contract_instance") {
    throw new UnreadableValue(`expected a contract instance, found ${typedText(instance)}`);
  }
  return new Map((instance.storage ?? []).map(({ key, val }) => [bytesText(encodeScVal(key)), val]));
}
