import type { Role } from "./field.js";

/** Synonyms that contracts use for each role. */
export const ROLE_WORDS: Readonly<Record<Role, readonly string[]>> = {
  id: ["id"],
  total: ["total", "deposit", "deposited", "principal"],
  released: ["released", "withdrawn", "claimed", "paid"],
  status: ["status", "state"],
  recipient: ["recipient", "receiver", "payee", "beneficiary", "to"],
  sender: ["sender", "payer", "owner", "funder", "from"],
  token: ["token", "asset"],
  start: ["start", "starts"],
  end: ["end", "ends", "stop"],
  duration: ["duration", "length"],
  last_update: ["update", "updated", "settled"],
  paused_at: ["paused", "pause"],
  total_paused: ["paused"],
  fee_bps: ["fee"],
  rate: ["rate"],
  balance: ["balance", "remaining"],
  active: ["active"],
};

/**
 * The most similar name, by shared words and then by edit distance; null when none is similar.
 * @param synonyms words that count like those of the wanted name
 */
export function nearestName(wanted: string, names: readonly string[], synonyms: readonly string[] = []): string | null {
  const own = wordsOf(wanted);
  const alike = Object.values(ROLE_WORDS).filter((group) => group.some((word) => own.includes(word)));
  const words = new Set([...own, ...synonyms, ...alike.flat()]);
  let best: { readonly name: string; readonly shared: number; readonly steps: number } | null = null;
  for (const name of names) {
    const shared = wordsOf(name).filter((word) => words.has(word)).length;
    const steps = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (shared === 0 && steps > wanted.length / 3) continue;
    if (best === null || shared > best.shared || (shared === best.shared && steps < best.steps)) {
      best = { name, shared, steps };
    }
  }
  return best?.name ?? null;
}

/** Splits `withdrawn_amount` or `withdrawnAmount` into withdrawn and amount. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** The Levenshtein distance. Field names are short, so speed does not matter. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
