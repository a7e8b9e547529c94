/** Reads from a file offset into the buffer; returns 0 bytes only at the end of the file. */
export type ReadAt = (into: Uint8Array, offset: number) => Promise<number>;

/** The window's initial size, and how much it reads at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** A section of a file that moves forward, growing to fit the part being read. */
export class ByteWindow {
  /** Bytes from `at` to `end` are still unread. */
  bytes: Buffer;
  at = 0;
  end = 0;
  /** The file offset of `bytes[0]`. */
  #base = 0;
  readonly #read: ReadAt;
  readonly #signal: AbortSignal;

  /** @param size of the file: a small file needs only a small window */
  constructor(read: ReadAt, size: number, signal: AbortSignal, chunk = CHUNK_BYTES) {
    this.#read = read;
    this.#signal = signal;
    this.bytes = Buffer.allocUnsafe(Math.min(size + 1, chunk));
  }

  /** The file offset of a byte in the window. */
  offsetOf(index: number): number {
    return this.#base + index;
  }

  /**
   * Drops everything before `at` and reads on. Indexes into the window change.
   * @returns false at the end of the file
   * @throws the signal's reason if aborted.
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
