import { editDistance } from "./nearest-name.js";

/** The known word that was probably meant; null when none is close enough. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word === "") return null;
  const lower = word.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, steps: editDistance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  // For a word of three letters, a distance of two would match almost anything.
  const limit = word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return best !== undefined && best.steps <= limit ? best.candidate : null;
}

/** "did you mean X?", or the list of known words. */
export function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === null ? `known: ${[...known].sort().join(", ")}` : `did you mean "${meant}"?`;
}

const MOST_SIMILAR = 5;

/** Known words that may have been meant: similar in spelling or containing the word, the most likely first. */
export function similar(word: string, known: readonly string[]): string[] {
  const lower = word.toLowerCase();
  const meant = nearest(word, known);
  const parts = lower.length < 3 ? [] : known.filter((candidate) => candidate.toLowerCase().includes(lower));
  return [...new Set([...(meant === null ? [] : [meant]), ...parts])].slice(0, MOST_SIMILAR);
}
