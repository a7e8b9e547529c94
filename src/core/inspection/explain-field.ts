import type { FieldType, Role } from "../values/field.js";
import { type EventExplanation, explainDifference } from "./explain-difference.js";
import type { StreamEvent } from "./stream-event.js";
import type { StreamTransaction } from "./stream-transaction.js";

/** A field whose sides differ, as text in the form used for comparison. */
export interface FieldDifference {
  readonly field: string;
  readonly type: FieldType;
  readonly role: Role | null;
  readonly rowValue: string | null;
  readonly onChainValue: string | null;
  /** On-chain minus database, in base units; null unless it is an amount. */
  readonly difference: bigint | null;
}

/** What explains one field's difference. */
export interface Explanation extends Omit<EventExplanation, "explained"> {
  readonly field: string;
  /** On-chain minus database, in base units; null unless it is an amount. */
  readonly difference: bigint | null;
  /** How much of it is explained; null unless it is an amount. */
  readonly explained: bigint | null;
  /**
   * The transactions, oldest first, that changed the contract's entry from the row's value to the current one; empty
   * unless all were found. They prove the cause, which matching events only suggest.
   */
  readonly transactions: readonly StreamTransaction[];
}

export const isSettled = ({ kind }: Explanation): boolean => kind === "missed" || kind === "counted-twice";

/**
 * @param events the stream's events, oldest first
 * @param transactions those that were read, oldest first
 */
export function explainField(
  differing: FieldDifference,
  events: readonly StreamEvent[],
  transactions: readonly StreamTransaction[],
): Explanation {
  const { field, difference, role } = differing;
  const path = pathFrom(differing, transactions);
  const candidates = events.filter((event) => mayHaveChanged(field, event, transactions));
  // Payments reduce a stream's balance; all other amounts grow with their events.
  const byEvents = difference === null ? NO_AMOUNT : explainDifference(difference, candidates, role === "balance");
  const { combined } = byEvents;
  const named = { field, difference, combined };
  if (path === null)
    return { ...named, ...byEvents, explained: difference === null ? null : byEvents.explained, transactions: [] };
  const hashes = new Set(path.map(({ hash }) => hash));
  const areEventsOfPath = byEvents.kind === "missed" && byEvents.events.every(({ event }) => hashes.has(event.txHash));
  return {
    ...named,
    ...{ kind: "missed", explained: difference, transactions: path },
    events: areEventsOfPath ? byEvents.events : [],
  };
}

const NO_AMOUNT: EventExplanation = { kind: "unexplained", explained: 0n, events: [], combined: { tried: 0, of: 0 } };

/** Follows the changes back from the contract's value to the row's. */
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
    // A change in between was not read, so nothing is proved.
    if (form(change.after) !== value) return null;
    path.unshift(transaction);
    value = form(change.before);
    // null may also mean that the entry did not exist or could not be read.
    if (value === wanted && (value !== null || wasReadBefore(transaction))) return path;
  }
  return null;
}

const wasReadBefore = ({ change }: StreamTransaction): boolean =>
  change?.kind === "updated" && change.fields.some(({ before }) => before !== null);

/** An event cannot explain a field that its transaction is known not to have changed. */
function mayHaveChanged(field: string, { txHash }: StreamEvent, transactions: readonly StreamTransaction[]): boolean {
  const change = transactions.find(({ hash }) => hash === txHash)?.change ?? null;
  if (change === null || change.kind !== "updated" || change.fields.length === 0) return true;
  return change.fields.some((candidate) => candidate.field === field);
}
