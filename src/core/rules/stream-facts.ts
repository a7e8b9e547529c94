import { AddressField } from "../contract/entry-field.js";
import { type FieldValue, ROLES, type Role } from "../values/field.js";
import type { PhaseNames } from "../values/phase.js";

/** A value by role; an address may stay bytes, since its text is costly and rarely needed. */
export type Fact = FieldValue | AddressField;

/** A role's place among ROLES: a number, since invariants ask for roles a dozen times a stream. */
export const ROLE = Object.freeze(Object.fromEntries(ROLES.map((role, i) => [role, i]))) as Readonly<
  Record<Role, number>
>;

const STATUS = ROLE.status;

export const bitsOf = (roles: readonly Role[]): number => roles.reduce((bits, role) => bits | (1 << ROLE[role]), 0);

/** One side's values by role, and what the contract's key says the id is. One object serves many streams in turn. */
export class StreamFacts {
  readonly #facts: Fact[] = new Array<Fact>(ROLES.length).fill(null);
  #roleBits = 0;
  /** The id by which the stream was found. */
  keyId: bigint | null;
  /** A time in seconds at which the ledger had closed that the values were read at; null when unknown. */
  now: bigint | null;
  readonly #phases: PhaseNames | null;

  constructor(
    values: Iterable<readonly [Role, FieldValue]>,
    keyId: bigint | null,
    now: bigint | null = null,
    phases: PhaseNames | null = null,
  ) {
    this.keyId = keyId;
    this.now = now;
    this.#phases = phases;
    for (const [role, value] of values) this.set(ROLE[role], value);
  }

  /** Forgets every value. */
  reset(keyId: bigint | null, now: bigint | null): void {
    this.#roleBits = 0;
    this.#facts.fill(null);
    this.keyId = keyId;
    this.now = now;
  }

  set(role: number, fact: Fact): void {
    this.#facts[role] = fact;
    if (fact === null) this.#roleBits &= ~(1 << role);
    else this.#roleBits |= 1 << role;
  }

  /** The roles that have a value: bit n is the n-th of ROLES. */
  get roleBits(): number {
    return this.#roleBits;
  }

  /** @param role its place, from ROLE, as of every other method's */
  has(role: number): boolean {
    return (this.#roleBits & (1 << role)) !== 0;
  }

  get(role: number): FieldValue {
    const fact = this.#facts[role]!;
    return fact instanceof AddressField ? fact.value : fact;
  }

  /** As `set` was given it. */
  fact(role: number): Fact {
    return this.#facts[role]!;
  }

  /** A role's integer. Only for roles in `needs`. */
  int(role: number): bigint {
    const fact = this.#facts[role];
    if (typeof fact !== "bigint") throw new TypeError(`role ${ROLES[role]} holds no integer`);
    return fact;
  }

  /** @param phase in upper case */
  isStatus(phase: string): boolean {
    return this.phase === phase;
  }

  /** What the status means, in upper case; null when it is not known. */
  get phase(): FieldValue {
    const status = this.#facts[STATUS] as FieldValue;
    return this.#phases === null || typeof status !== "string" ? status : (this.#phases.get(status) ?? status);
  }

  isSame(a: number, b: number): boolean {
    const one = this.fact(a);
    const other = this.fact(b);
    if (one instanceof AddressField && other instanceof AddressField) return one.isSame(other);
    return this.get(a) === this.get(b);
  }
}
