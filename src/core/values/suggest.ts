import { editDistance } from "./edit-distance.js";

/** Words that databases and contracts use for one thing; the first of each group stands for it. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["total", "deposit", "deposited", "principal"],
  ["released", "withdrawn", "claimed", "paid"],
  ["balance", "remaining"],
  ["status", "state"],
  ["recipient", "receiver", "payee", "beneficiary", "to"],
  ["sender", "payer", "depositor", "owner", "funder", "from"],
  ["token", "asset"],
  ["start", "starts", "begin", "begins"],
  ["end", "ends", "stop"],
  ["duration", "length"],
  ["update", "updated", "settled"],
  ["paused", "pause"],
  ["chain", "onchain", "stream", "contract", "escrow"],
  ["ledger", "block"],
  ["sync", "synced"],
];

const MEANINGS: ReadonlyMap<string, string> = new Map(
  SYNONYMS.flatMap((words) => words.map((word) => [word, words[0]!] as const)),
);

const IDLE_WORDS = ["on", "at", "the", "of"];

/** The share of words in common from which two names may mean the same. */
const ENOUGH = 0.5;

/** How many letters of a mistyped word may be wrong. */
export function mostSlips(word: string): number {
  // For a word of three letters, a distance of two would match almost anything.
  return word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3));
}

/** The known word that was probably mistyped; null when none is near enough to be worth suggesting. */
export function nearest(word: string, known: readonly string[]): string | null {
  const wanted = letters(word);
  if (wanted === "") return null;
  const most = mostSlips(wanted);
  const [best] = known
    .map((candidate) => ({ candidate, steps: editDistance(wanted, letters(candidate), most) }))
    .sort((a, b) => a.steps - b.steps);
  return best !== undefined && best.steps <= most ? best.candidate : null;
}

/**
 * The known name that probably means the same: `recipientAddress` and `receiver_address` for `recipient_address`,
 * `withdrawn` for `released`, a typing mistake; null when none does.
 * @param role what the name stands for, where that says more than the name
 */
export function nearestName(name: string, known: readonly string[], role = name): string | null {
  const same = known.find((candidate) => letters(candidate) === letters(name));
  if (same !== undefined) return same;
  const meanings = [name, role, `${name} ${role}`].map(wordsOf);
  const [best] = known
    .map((candidate) => {
      const words = wordsOf(candidate);
      const likeness = Math.max(...meanings.map((meaning) => share(meaning, words)));
      return { candidate, likeness, steps: editDistance(letters(name), letters(candidate)) };
    })
    .sort((a, b) => b.likeness - a.likeness || a.steps - b.steps);
  return best !== undefined && best.likeness >= ENOUGH ? best.candidate : nearest(name, known);
}

/** "did you mean X?", or the list of known words. @param others appended to that list */
export function suggestion(word: string, known: readonly string[], others = ""): string {
  const meant = nearest(word, known);
  return meant === null ? `known: ${[...known].sort().join(", ")}${others}` : `did you mean "${meant}"?`;
}

const MOST_SIMILAR = 5;

/** Known words that may have been meant: similar in spelling or containing the word, the most likely first. */
export function similar(word: string, known: readonly string[]): string[] {
  const lower = word.toLowerCase();
  const meant = nearest(word, known);
  const parts = lower.length < 3 ? [] : known.filter((candidate) => candidate.toLowerCase().includes(lower));
  return [...new Set([...(meant === null ? [] : [meant]), ...parts])].slice(0, MOST_SIMILAR);
}

const letters = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** `withdrawn_amount` and `withdrawnAmount` are the words withdrawn and amount, each by what it means. */
function wordsOf(name: string): ReadonlySet<string> {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && !IDLE_WORDS.includes(word));
  return new Set(words.map((word) => MEANINGS.get(word) ?? word));
}

function share(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  return common / (a.size + b.size - common);
}
