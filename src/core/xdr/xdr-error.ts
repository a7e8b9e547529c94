/** Bytes that are not valid XDR of the expected type. Affects one entry, never the run. */
export class XdrError extends Error {
  override readonly name = "XdrError";
}
