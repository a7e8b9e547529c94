export interface Explanation {
  code: string;
  title: string;
  meaning: string;
  action: string;
  section: string;
}
const KNOWN: Record<string, Omit<Explanation, "code">> = {
  drift: {
    title: "Drift",
    meaning: "The row claims to have seen the state that it disagrees with.",
    action: "Find out what wrote the row last, and let the indexer read the stream again.",
    section: "Drift",
  },
  lag: {
    title: "Lag",
    meaning: "The chain changed after what the database has seen; the row may still be on its way.",
    action: "Wait and run again.",
    section: "Lag",
  },
  "missing-on-chain": {
    title: "Missing on chain",
    meaning: "The row names a stream that the contract does not have.",
    action: "Check the row's on-chain id.",
    section: "Missing on chain",
  },
  "missing-in-db": {
    title: "Missing in the database",
    meaning: "The contract has a stream without a row.",
    action: "Replay the indexer.",
    section: "Missing in the database",
  },
};
export function explain(code: string): Explanation | null {
  const found = KNOWN[code];
  return found === undefined ? null : { code, ...found };
}
