/** Remembers used signatures, across all processes that share it. */
export interface SeenSignatures {
  /**
   * Records a signature atomically, also with respect to other processes.
   * @param digest identifies the signature; lower-case hex
   * @param expiresAt when the signature stops being valid, in milliseconds since the epoch
   * @returns whether it was new
   * @throws UnavailableError if that cannot be determined
   */
  remember(digest: string, expiresAt: number): Promise<boolean>;
  close(): Promise<void>;
}
