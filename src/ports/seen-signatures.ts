/** Remembers which signatures were used, for every process that shares it. */
export interface SeenSignatures {
  /**
   * Takes note of a signature, in one step that no other process can get between.
   * @param digest names the signature; lower-case hex
   * @param expiresAt from then on, in milliseconds since the epoch, nobody accepts the signature any more
   * @returns whether it was new
   * @throws UnavailableError when that cannot be told
   */
  remember(digest: string, expiresAt: number): Promise<boolean>;
  close(): Promise<void>;
}
