import type { Score } from "./compare-report.js";

const NOTHING: Score = { found: 0, unproven: 0, green: 0, falseDrift: 0, lagging: 0, undecided: 0, violations: 0 };

/** What was found and what was not, by kind of cursor. */
export class ScoreTable {
  readonly #scores = new Map<string, { worlds: number; score: Score }>();

  add(cursor: string, score: Score): void {
    for (const row of [cursor, "all"]) {
      const { worlds, score: sum } = this.#scores.get(row) ?? { worlds: 0, score: NOTHING };
      this.#scores.set(row, { worlds: worlds + 1, score: plus(sum, score) });
    }
  }

  text(): string {
    const rows = [...this.#scores].sort(([a], [b]) => Number(a === "all") - Number(b === "all") || a.localeCompare(b));
    return rows.map(([cursor, { worlds, score }]) => `  ${cursor.padEnd(12)} ${sayScore(worlds, score)}`).join("\n");
  }
}

function sayScore(worlds: number, score: Score): string {
  const { found, unproven, green, falseDrift, lagging, undecided, violations } = score;
  return [
    `${String(worlds).padStart(4)} worlds`,
    `precision ${share(found, found + falseDrift)}, recall ${share(found, found + unproven + green)}`,
    `permanent: ${found} drift, ${unproven} unproven, ${green} green`,
    `passing: ${falseDrift} drift, ${undecided} unproven, ${lagging} lag`,
    `${violations} violations`,
  ].join("; ");
}

function plus(a: Score, b: Score): Score {
  const keys = Object.keys(a) as (keyof Score)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Score;
}

const share = (part: number, whole: number): string => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)}%`);
