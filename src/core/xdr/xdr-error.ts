/** Bytes that are no valid XDR of what they should be. It concerns one entry, never the run. */
export class XdrError extends Error {
  override readonly name = "XdrError";
}
