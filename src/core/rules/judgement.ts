import type { Bucket, Difference, StreamOutcome } from "../report/stream-outcome.js";
import { unchecked } from "../report/stream-outcome.js";
import type { Doubt, Evidence, Verdict } from "./verdict.js";

/** What is said of a stream that differed, once the looks at it are over. */
export interface Judgement {
  readonly outcome: StreamOutcome;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

/** @param watermark stands in for the cursor of a row that has none */
export function judged(
  found: StreamOutcome,
  verdict: Verdict,
  evidence: Evidence,
  watermark: number | null,
): Judgement {
  const { modified } = evidence;
  const differences = found.differences.map((difference) => {
    const { dbSynced, observed } = difference.ledger;
    return { ...difference, ledger: { dbSynced: dbSynced ?? watermark, chainModified: modified, observed } };
  });
  if (verdict.kind === "unproven") {
    const { streamId, violations, notices } = found;
    const message = `${differences.map(sayDifference).join(", ")}; ${WHY[verdict.doubt](evidence)}`;
    const code = verdict.doubt === "node_behind" ? "node_behind_database" : "lag_unproven";
    return { outcome: unchecked(streamId, code, message, violations, notices), verdict, evidence };
  }
  const { kind: classification, reason } = verdict;
  const discrepancies = differences.map((difference) => ({ ...difference, classification, reason }));
  const bucket = bucketOf(classification, differences);
  return { outcome: { ...found, bucket, differences: [], discrepancies }, verdict, evidence };
}

function bucketOf(classification: "drift" | "lag", [first]: readonly Difference[]): Bucket {
  if (classification === "lag") return "lagging";
  if (first?.field !== "presence") return "drifted";
  return first.onChainValue === "missing" ? "missingOnChain" : "missingInDb";
}

export function sayDifference({
  field,
  dbValue,
  onChainValue,
}: Pick<Difference, "field" | "dbValue" | "onChainValue">): string {
  if (field !== "presence") return `${field} differs (database ${dbValue}, on chain ${onChainValue})`;
  return onChainValue === "missing" ? "the contract has no such stream" : "the database has no row for the stream";
}

/** Why the difference was shown to be neither lag nor drift, and what helps. */
const WHY: Readonly<Record<Doubt, (evidence: Evidence) => string>> = {
  node_behind: ({ observed }) =>
    `the row has seen a later ledger than the node, which had only reached ${observed}: run again once the node has caught up`,
  young: () => "the difference is too young to be called lag or drift: run again in a few minutes",
  no_cursor: () =>
    "without a cursor nothing shows whether the database is late or wrong: configure database.cursor, or watch longer with --settle",
  cursor_meaning: () =>
    "what the rows' cursor means cannot be told from the rows that agree, so whether the row is late or wrong neither: set database.cursor.means to event or check",
  first_change: ({ watermark, observed }) =>
    `the database has only come to ledger ${watermark}, ${observed - watermark!} ledgers ago, and the node does not tell what changed first after that: run again, or ask a node that keeps more history`,
  event_alone: ({ watermark, observed }) =>
    `the database has only come to ledger ${watermark}, ${observed - watermark!} ledgers ago, and the contract has had events since: see whether the indexer is alive`,
  younger_row: ({ watermark }) =>
    `the database's cursor stands at ledger ${watermark}, and yet the row is as the stream has only been since after that: the cursor does not tell how far the database is`,
  trailing_row: () => "the row trails the database's cursor, so whether it is late or wrong cannot be told: run again",
};
