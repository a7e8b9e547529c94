import { UnreadableValue } from "../values/field.js";

/** Bytes that are not valid XDR of the expected type. Affects one entry, never the run. */
export class XdrError extends UnreadableValue {
  override readonly name = "XdrError";
}
