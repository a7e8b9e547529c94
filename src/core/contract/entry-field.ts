import { encodeStrKey, isStrKeyOf } from "../values/strkey.js";
import type { ChainField } from "./stream-struct.js";

/** An integer of an entry. Its text is made on demand, since only the report needs it. */
export class IntegerField implements ChainField {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }

  get text(): string {
    return this.value.toString();
  }
}

/** An address of an entry, compared as bytes: writing the strkey costs more than everything else about a stream. */
export class AddressField implements ChainField {
  readonly #kind: "account" | "contract";
  readonly #view: DataView;
  readonly #at: number;

  constructor(kind: "account" | "contract", view: DataView, at: number) {
    this.#kind = kind;
    this.#view = view;
    this.#at = at;
  }

  get value(): string {
    return encodeStrKey(this.#kind, this.payload);
  }

  get text(): string {
    return this.value;
  }

  get payload(): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#at, 32);
  }

  /** Whether `text` is the address's strkey. */
  is(text: string): boolean {
    return isStrKeyOf(text, this.#kind, this.#view, this.#at);
  }

  isSame(other: AddressField): boolean {
    if (this.#kind !== other.#kind) return false;
    for (let i = 0; i < 32; i += 4) {
      if (this.#view.getInt32(this.#at + i) !== other.#view.getInt32(other.#at + i)) return false;
    }
    return true;
  }
}
