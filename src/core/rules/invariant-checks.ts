import type { FieldValue } from "../values/field.js";
import type { Invariant } from "./escrow-invariants.js";
import { bitsOf, type StreamFacts } from "./stream-facts.js";

/** An invariant, and the roles that it needs as the bits of `StreamFacts.roleBits`. */
interface InvariantCheck {
  readonly invariant: Invariant;
  readonly needsBits: number;
}

/** Invariants, sorted by the phases that they apply in: most of them concern few. */
export class InvariantChecks {
  readonly #all: readonly InvariantCheck[];
  readonly #byPhase = new Map<FieldValue, readonly InvariantCheck[]>();

  constructor(invariants: readonly Invariant[]) {
    this.#all = invariants.map((invariant) => ({ invariant, needsBits: bitsOf(invariant.needs) }));
  }

  get needTime(): boolean {
    return this.#all.some(({ invariant }) => invariant.needsTime);
  }

  /** @param phase in upper case; null or not of any invariant's: those that apply whatever it is */
  in(phase: FieldValue): readonly InvariantCheck[] {
    const known = this.#byPhase.get(phase);
    if (known !== undefined) return known;
    const found = this.#all.filter(
      ({ invariant: { phases } }) => phases === undefined || phases.some((name) => name === phase),
    );
    // Phases are few; statuses that a layout does not list may be many.
    if (this.#byPhase.size < MOST_PHASES) this.#byPhase.set(phase, found);
    return found;
  }
}

const MOST_PHASES = 32;

export interface BrokenInvariant {
  readonly invariant: Invariant;
  readonly message: string;
}

export function brokenInvariants(facts: StreamFacts, checks: InvariantChecks): readonly BrokenInvariant[] {
  let broken: BrokenInvariant[] | null = null;
  const { roleBits } = facts;
  const applicable = checks.in(facts.phase);
  for (let i = 0; i < applicable.length; i++) {
    const { invariant, needsBits } = applicable[i]!;
    if ((needsBits & ~roleBits) !== 0) continue;
    if (invariant.needsTime && facts.now === null) continue;
    const message = invariant.violation(facts);
    if (message === null) continue;
    broken ??= [];
    broken.push({ invariant, message });
  }
  return broken ?? NONE;
}

/** Nearly every stream's: one list for all of them. */
const NONE: readonly BrokenInvariant[] = [];
