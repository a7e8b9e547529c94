import { UnreadableValue } from "../values/field.js";

/** Bytes that are no valid XDR of what they should be. It concerns one entry, never the run. */
export class XdrError extends UnreadableValue {
  override readonly name = "XdrError";
}
