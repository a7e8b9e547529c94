/** Writes big-endian XDR (RFC 4506) primitives to a growing byte array. */
export class XdrWriter {
  #bytes = new Uint8Array(128);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #reserve(length: number): number {
    const start = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value));
  }

  bool(value: boolean): void {
    this.u32(value ? 1 : 0);
  }

  /** Opaque data of a known length, padded with zeros to a multiple of four. */
  opaque(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length + ((4 - (bytes.length % 4)) % 4));
    this.#bytes.set(bytes, at);
  }

  variableOpaque(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.opaque(bytes);
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
