/** Reads into the buffer from a place of the file; 0 bytes only at its end. */
export type ReadAt = (into: Uint8Array, offset: number) => Promise<number>;

/** What the window holds at first, and reads at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** A stretch of a file that moves forward over it, large enough for the part that is being looked at. */
export class ByteWindow {
  /** Bytes from `at` to `end` are still to be looked at. */
  bytes: Buffer;
  at = 0;
  end = 0;
  /** Where in the file `bytes[0]` is. */
  #base = 0;
  readonly #read: ReadAt;
  readonly #signal: AbortSignal;

  /** A small file's size keeps its window small. */
  constructor(read: ReadAt, size: number, signal: AbortSignal, chunk = CHUNK_BYTES) {
    this.#read = read;
    this.#signal = signal;
    this.bytes = Buffer.allocUnsafe(Math.min(size + 1, chunk));
  }

  /** Where in the file a byte of the window is. */
  offsetOf(index: number): number {
    return this.#base + index;
  }

  /**
   * Forgets what lies before `at` and reads on; false at the end of the file. Indexes into the window change.
   * @throws whatever the signal was aborted with.
   */
  async more(): Promise<boolean> {
    this.#signal.throwIfAborted();
    const kept = this.end - this.at;
    const bytes = kept > this.bytes.length / 2 ? Buffer.allocUnsafe(this.bytes.length * 2) : this.bytes;
    this.bytes.copy(bytes, 0, this.at, this.end);
    this.bytes = bytes;
    this.#base += this.at;
    this.at = 0;
    this.end = kept;
    const count = await this.#read(this.bytes.subarray(this.end), this.#base + this.end);
    this.end += count;
    return count > 0;
  }
}
