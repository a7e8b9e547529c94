import type { SeededRandom } from "../support/simulation/seeded-random.js";
import type { Lab } from "./lab.js";

/** What one case did, and what fell. */
export interface CaseResult {
  /** What was planted, in words. */
  readonly planted: string;
  /** What a promise of the program says, and what happened instead; empty: it held. */
  readonly faults: readonly string[];
}

/** One kind of attack: everything that happens in a case is drawn from its random numbers. */
export interface BreakClass {
  readonly name: string;
  /** Its part of a campaign, relative to the others. */
  readonly share: number;
  attack(random: SeededRandom, lab: Lab): Promise<CaseResult>;
}

/** Names one case: the same three values play the same case again. */
export interface CaseName {
  readonly class: string;
  readonly seed: number;
  readonly index: number;
}
