import type { Bucket, Difference, StreamOutcome } from "../report/stream-outcome.js";
import { unchecked } from "../report/stream-outcome.js";
import type { Doubt, Evidence, Verdict } from "./verdict.js";

/** What is said of a stream that differed, once the looks at it are over. */
export interface Judgement {
  readonly outcome: StreamOutcome;
  readonly verdict: Verdict;
  readonly evidence: Evidence;
}

export function judged(found: StreamOutcome, verdict: Verdict, evidence: Evidence): Judgement {
  const { differences } = found;
  if (verdict.kind === "unproven") {
    const { streamId, violations, notices } = found;
    const message = `${differences.map(sayDifference).join(", ")}; ${WHY[verdict.doubt](evidence, differences[0]!.ledger.dbSynced)}`;
    const code = verdict.doubt === "node_behind" ? "node_behind_database" : "lag_unproven";
    return { outcome: unchecked(streamId, code, message, violations, notices), verdict, evidence };
  }
  const { synced, watermark, modified, observed } = evidence;
  const ledger = { dbSynced: synced ?? watermark, chainModified: modified, observed };
  const { kind: classification, reason } = verdict;
  const discrepancies = differences.map(({ token, ledger: _, ...difference }) => ({
    ...difference,
    ...{ classification, reason, token, ledger },
  }));
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
const WHY: Readonly<Record<Doubt, (evidence: Evidence, claimed: number | null) => string>> = {
  node_behind: ({ observed, watermark }, claimed) =>
    `${claimed === null ? `the database's cursor says ledger ${watermark}` : `the row's cursor says ledger ${claimed}`}, and the node had only reached ${observed}: run again once the node has caught up`,
  young: () => "the difference is too young to be called lag or drift: run again in a few minutes",
  cursor_meaning: ({ watermark }) =>
    `other rows have seen ledger ${watermark}, and nothing shows whether a row's cursor is the ledger of its last event or of its last check: say which with database.cursor.means`,
  never_checked: () =>
    "the row has no cursor, as if it had never been compared with the chain, so it cannot be told whether it is late or wrong: see whether the backend has come to it, and run again",
  no_cursor: () =>
    "nothing tells how far the database has come, so it cannot be told whether it is late or wrong: configure database.cursor, or correct it where it holds no ledger (NULLs tell nothing); or watch longer with --settle",
  first_change: ({ watermark, observed }) =>
    `the database has only come to ledger ${watermark}, ${observed - watermark!} ledgers ago, and what changed first after that is not known: run again with a newer file, or with a node that keeps more history`,
  event_alone: ({ watermark, observed }) =>
    `the database has only come to ledger ${watermark}, ${observed - watermark!} ledgers ago, and the contract has had events since: see whether the indexer is alive`,
  younger_row: ({ watermark }) =>
    `the database's cursor stands at ledger ${watermark}, and yet the row is as the stream has only been since after that: the cursor does not tell how far the database is`,
  trailing_row: () =>
    "the row trails the database's cursor, so whether it is late or wrong cannot be told: run again; if rows always trail it, raise policy.graceLedgers",
};
