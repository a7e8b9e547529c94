import type { FieldType, Role } from "../values/field.js";
import { type EventExplanation, explainDifference } from "./explain-difference.js";
import type { StreamEvent } from "./stream-event.js";
import type { StreamTransaction } from "./stream-transaction.js";

/** A field whose sides differ, as texts in the form in which they are compared. */
export interface FieldDifference {
  readonly field: string;
  readonly type: FieldType;
  readonly role: Role | null;
  readonly rowValue: string | null;
  readonly onChainValue: string | null;
  /** On-chain minus database, in base units; null for all but amounts. */
  readonly difference: bigint | null;
}

/** What accounts for the difference of one field. */
export interface Explanation extends Omit<EventExplanation, "explained"> {
  readonly field: string;
  /** On-chain minus database, in base units; null for all but amounts. */
  readonly difference: bigint | null;
  /** How much of it is accounted for; null for all but amounts. */
  readonly explained: bigint | null;
  /**
   * The transactions, the first one first, that took the contract's entry from the row's value to its own; empty where
   * they were not all found. They prove what events of fitting amounts only suggest.
   */
  readonly transactions: readonly StreamTransaction[];
}

export const isSettled = ({ kind }: Explanation): boolean => kind === "missed" || kind === "counted-twice";

/**
 * @param events of the stream, in order, the latest last
 * @param transactions as far as they were read, in the same order
 */
export function explainField(
  differing: FieldDifference,
  events: readonly StreamEvent[],
  transactions: readonly StreamTransaction[],
): Explanation {
  const { field, difference, role } = differing;
  const path = pathFrom(differing, transactions);
  const candidates = events.filter((event) => mayHaveChanged(field, event, transactions));
  // What is left of a stream falls with every payment; any other amount grows by what its events tell.
  const told = difference === null ? NO_AMOUNT : explainDifference(difference, candidates, role === "balance");
  const { combined } = told;
  const named = { field, difference, combined };
  if (path === null)
    return { ...named, ...told, explained: difference === null ? null : told.explained, transactions: [] };
  const hashes = new Set(path.map(({ hash }) => hash));
  const isSameStory = told.kind === "missed" && told.events.every(({ event }) => hashes.has(event.txHash));
  return {
    ...named,
    ...{ kind: "missed", explained: difference, transactions: path },
    events: isSameStory ? told.events : [],
  };
}

const NO_AMOUNT: EventExplanation = { kind: "unexplained", explained: 0n, events: [], combined: { tried: 0, of: 0 } };

/** Goes back from the contract's value, change by change, until the row's is reached. */
function pathFrom(
  { field, type, rowValue, onChainValue }: FieldDifference,
  transactions: readonly StreamTransaction[],
): StreamTransaction[] | null {
  const form = (text: string | null) => (type === "status" ? (text?.toUpperCase() ?? null) : text);
  const wanted = form(rowValue);
  let value = form(onChainValue);
  const path: StreamTransaction[] = [];
  for (const transaction of [...transactions].reverse()) {
    const change = transaction.change?.fields.find((candidate) => candidate.field === field);
    if (change === undefined) continue;
    // A change in between was not read: nothing is proved.
    if (form(change.after) !== value) return null;
    path.unshift(transaction);
    value = form(change.before);
    // Nothing may also stand for an entry that was not there, or could not be read.
    if (value === wanted && (value !== null || wasReadBefore(transaction))) return path;
  }
  return null;
}

const wasReadBefore = ({ change }: StreamTransaction): boolean =>
  change?.kind === "updated" && change.fields.some(({ before }) => before !== null);

/** An event whose transaction is known to have changed other fields, and not this one, is no explanation of it. */
function mayHaveChanged(field: string, { txHash }: StreamEvent, transactions: readonly StreamTransaction[]): boolean {
  const change = transactions.find(({ hash }) => hash === txHash)?.change ?? null;
  if (change === null || change.kind !== "updated" || change.fields.length === 0) return true;
  return change.fields.some((candidate) => candidate.field === field);
}
