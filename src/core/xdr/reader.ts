import { XdrError } from "./xdr-error.js";

/**
 * Reads big-endian XDR (RFC 4506) primitives. Every read is bounds-checked, padding must be zero, and a boolean must be
 * 0 or 1: bytes that the network cannot have written are errors.
 */
export class XdrReader {
  offset = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  #take(length: number): number {
    const start = this.offset;
    if (length > this.remaining) {
      throw new XdrError(`the value ends after ${this.#bytes.length} bytes, in the middle of a field`);
    }
    this.offset = start + length;
    return start;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  bool(): boolean {
    const value = this.u32();
    if (value > 1) throw new XdrError(`a boolean must be 0 or 1, found ${value}`);
    return value === 1;
  }

  /** Opaque data of a known length, without padding. A view, not a copy. */
  opaque(length: number): Uint8Array {
    const start = this.#take(length);
    const padding = (4 - (length % 4)) % 4;
    const paddingStart = this.#take(padding);
    for (let i = 0; i < padding; i++) {
      if (this.#bytes[paddingStart + i] !== 0) throw new XdrError("padding bytes must be zero");
    }
    return this.#bytes.subarray(start, start + length);
  }

  /** Opaque data with a length prefix. */
  variableOpaque(): Uint8Array {
    return this.opaque(this.u32());
  }

  /** A count of elements of at least four bytes each; a forged count cannot cause a huge allocation. */
  count(): number {
    const count = this.u32();
    if (count > this.remaining / 4) throw new XdrError(`a list of ${count} elements does not fit in the value`);
    return count;
  }

  /** What was read from an earlier offset on. A view, not a copy. */
  since(offset: number): Uint8Array {
    return this.#bytes.subarray(offset, this.offset);
  }

  end(): void {
    if (this.remaining !== 0) throw new XdrError(`${this.remaining} bytes are left over after the value`);
  }
}
