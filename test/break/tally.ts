import { CLASSES } from "./campaign.js";
import type { Played } from "./crew.js";
import { isKnownFault } from "./known-faults.js";

export type Verdict = "stood" | "fell" | "known" | "not played";

/** What became of a case: a fault that is not known counts before those that are. */
export function verdictOf({ name, planted, faults, broken }: Played): Verdict {
  if (broken) return "not played";
  if (faults.length === 0) return "stood";
  return faults.every((fault) => isKnownFault(name.class, planted, fault)) ? "known" : "fell";
}

interface Count extends Record<Verdict, number> {
  cases: number;
  ms: number;
}

const newCount = (): Count => ({ cases: 0, ms: 0, stood: 0, fell: 0, known: 0, "not played": 0 });

/** Counts cases by class and verdict. */
export class Tally {
  readonly #counts = new Map<string, Count>();
  readonly #startedAt = performance.now();
  readonly #all = newCount();

  add(played: Played): Verdict {
    const verdict = verdictOf(played);
    const count = this.#counts.get(played.name.class) ?? newCount();
    this.#counts.set(played.name.class, count);
    for (const each of [count, this.#all]) {
      each.cases += 1;
      each.ms += played.ms;
      each[verdict] += 1;
    }
    return verdict;
  }

  get cases(): number {
    return this.#all.cases;
  }

  /** Nothing fell that is not known, and every case was played. */
  get isSound(): boolean {
    return this.#all.fell + this.#all["not played"] === 0;
  }

  table(seed: number): string {
    const counts = CLASSES.flatMap(({ name }) => {
      const count = this.#counts.get(name);
      return count === undefined ? [] : [[name, count] as const];
    });
    const lines = [...counts, ["all", this.#all] as const].map(([name, count]) =>
      row(name, count.cases, count.fell, count.known, count["not played"], Math.round(count.ms / count.cases)),
    );
    const seconds = Math.round((performance.now() - this.#startedAt) / 1_000);
    return `${row("class", "cases", "fell", "known", "not played", "ms a case")}${lines.join("")}seed ${seed}, ${seconds} s\n`;
  }
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return `${name.padEnd(18)}${cells.map((cell) => String(cell).padStart(12)).join("")}\n`;
}
