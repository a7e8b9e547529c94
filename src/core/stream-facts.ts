import { AddressField } from "./entry-field.js";
import { type FieldValue, ROLES, type Role } from "./field.js";

/** A value by role, which may be costly to tell; see ChainField. */
interface Holder {
  readonly value: FieldValue;
}

const INDEX = Object.fromEntries(ROLES.map((role, i) => [role, i])) as Readonly<Record<Role, number>>;

const STATUS = INDEX.status;

export const bitsOf = (roles: readonly Role[]): number => roles.reduce((bits, role) => bits | (1 << INDEX[role]), 0);

/** One side's values by role, and what the contract's key says the id is. One object serves many streams in turn. */
export class StreamFacts {
  readonly #holders: (Holder | undefined)[] = new Array(ROLES.length).fill(undefined);
  #roleBits = 0;
  /** The id by which the stream was found. */
  keyId: bigint | null;
  /** A time in seconds at which the ledger had closed that the values were read at; null when unknown. */
  now: bigint | null;

  constructor(values: Iterable<readonly [Role, FieldValue]>, keyId: bigint | null, now: bigint | null = null) {
    this.keyId = keyId;
    this.now = now;
    for (const [role, value] of values) this.set(role, { value });
  }

  /** Forgets every value. */
  reset(keyId: bigint | null, now: bigint | null): void {
    this.#roleBits = 0;
    this.#holders.fill(undefined);
    this.keyId = keyId;
    this.now = now;
  }

  set(role: Role, holder: Holder): void {
    const index = INDEX[role];
    this.#holders[index] = holder;
    if (holder instanceof AddressField || holder.value !== null) this.#roleBits |= 1 << index;
    else this.#roleBits &= ~(1 << index);
  }

  /** The roles that have a value: bit n is the n-th of ROLES. */
  get roleBits(): number {
    return this.#roleBits;
  }

  has(role: Role): boolean {
    return (this.#roleBits & (1 << INDEX[role])) !== 0;
  }

  get(role: Role): FieldValue {
    const holder = this.#holders[INDEX[role]];
    return holder === undefined ? null : holder.value;
  }

  /** A role's integer. Only for roles in `needs`. */
  int(role: Role): bigint {
    const value = this.#holders[INDEX[role]]?.value;
    if (typeof value !== "bigint") throw new TypeError(`role ${role} holds no integer`);
    return value;
  }

  isStatus(name: string): boolean {
    return this.#holders[STATUS]?.value === name;
  }

  isSame(a: Role, b: Role): boolean {
    const [one, other] = [this.#holders[INDEX[a]], this.#holders[INDEX[b]]];
    if (one instanceof AddressField && other instanceof AddressField) return one.isSame(other);
    return this.get(a) === this.get(b);
  }
}
