import { nearest } from "../../../core/values/suggest.js";

/** Words that backends and contracts use for one thing. */
const SYNONYMS: Readonly<Record<string, string>> = {
  withdrawn: "released",
  claimed: "released",
  paid: "released",
  deposited: "total",
  deposit: "total",
  receiver: "recipient",
  payee: "recipient",
  beneficiary: "recipient",
  payer: "sender",
  depositor: "sender",
  stream: "chain",
  contract: "chain",
  escrow: "chain",
  onchain: "chain",
  state: "status",
  begin: "start",
  stop: "end",
  block: "ledger",
  synced: "sync",
  updated: "update",
};

const IDLE_WORDS = ["on", "at", "the", "of"];

/** At least half of the words in common. */
const ENOUGH = 0.5;

const letters = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The known name that was probably meant: `recipientAddress` for `recipient_address`, `withdrawn` for `released`, a typo. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const same = known.find((candidate) => letters(candidate) === letters(name));
  if (same !== undefined) return same;
  const wanted = wordsOf(name);
  const [best] = known
    .map((candidate) => ({ candidate, likeness: likeness(wanted, wordsOf(candidate)) }))
    .sort((a, b) => b.likeness - a.likeness);
  return best !== undefined && best.likeness >= ENOUGH ? best.candidate : nearest(name, known);
}

function wordsOf(name: string): ReadonlySet<string> {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "" && !IDLE_WORDS.includes(word));
  return new Set(words.map((word) => SYNONYMS[word] ?? word));
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length;
  return common / (a.size + b.size - common);
}
