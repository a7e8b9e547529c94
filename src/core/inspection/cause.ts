import type { Explanation } from "./explain-field.js";
import type { Inspection } from "./inspection.js";
import type { StreamHistory } from "./stream-history.js";
import type { StreamTransaction } from "./stream-transaction.js";

/** How an amount of a field is written. */
export type AmountText = (value: bigint, field: string) => string;

/** What of each difference the history accounts for, a sentence each; empty where there is none. */
export function causes(
  { history, fields, verdict }: Pick<Inspection, "history" | "fields" | "verdict">,
  amount: AmountText,
): string[] {
  if (history.kind === "none") return [];
  const isOneSided = fields.every(({ comparison }) => comparison === "one-sided" || comparison === "not-mapped");
  if (isOneSided && verdict !== "unchecked") return presenceCause(history, verdict);
  return history.explanations.flatMap((explanation) => {
    const sentence = causeOf(explanation, history, amount);
    return sentence === null ? [] : [`${explanation.field}: ${sentence}`];
  });
}

/** How the side that is there came to be without the other. */
function presenceCause({ transactions }: StreamHistory, verdict: Inspection["verdict"]): string[] {
  const last = transactions.findLast(({ change }) => change?.kind === "created" || change?.kind === "removed");
  if (last === undefined) return [];
  return last.change?.kind === "created"
    ? [`presence: ${transactionsText([last])} created the stream, and the database lacks it.`]
    : [
        `presence: ${transactionsText([last])} took the stream away from the contract${verdict === "not-found" ? "" : ", and the database still has it"}.`,
      ];
}

function causeOf(explanation: Explanation, history: StreamHistory, amount: AmountText): string | null {
  const { field, difference, explained, events, transactions, combined, kind } = explanation;
  if (difference === null)
    return transactions.length === 0 ? null : `${heldBefore(transactions)}: ${lacks(transactions)}.`;
  const size = abs(difference);
  const them = `${eventsText(explanation)} ${events.length === 1 ? "is" : "together are"}`;
  switch (kind) {
    case "missed": {
      const whole = `exactly the difference of ${amount(size, field)}`;
      if (events.length === 0) return `${heldBefore(transactions)}, which is ${whole}: ${lacks(transactions)}.`;
      const proof = transactions.length === 0 ? "" : ` And ${heldBefore(transactions)}.`;
      return `${them} ${whole}: ${lacks(events)}.${proof}`;
    }
    case "counted-twice": {
      const side = difference < 0n ? "ahead" : "short";
      return `the database is ${side} by ${amount(size, field)}, and ${them} exactly that: ${events.length === 1 ? "it was" : "they were"} probably counted twice.`;
    }
    case "partly": {
      const part = abs(explained ?? 0n);
      return `${them} ${amount(part, field)} of the difference of ${amount(size, field)}; ${amount(size - part, field)} is unexplained.`;
    }
    case "unexplained": {
      if (history.looked === null) return "its cause was not found: no events could be looked at.";
      if (combined.of === 0) return `no event with an amount for this stream ${ledgersText(history)}.`;
      const limit = combined.tried < combined.of ? ` (the last ${combined.tried} were combined)` : "";
      const sums = combined.of === 1 ? "the one amount found" : `no combination of the ${combined.of} amounts found`;
      return `${sums} (${ledgersText(history)}) is ${combined.of === 1 ? "not " : ""}${amount(size, field)}${limit}.`;
    }
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

const lacks = (missed: readonly unknown[]): string => `the database lacks ${missed.length === 1 ? "it" : "them"}`;

/** Then everything from the first of these transactions on is what the row lacks. */
const heldBefore = (transactions: readonly StreamTransaction[]): string =>
  `the row holds what the contract held before ${transactionsText(transactions)}`;

function transactionsText(transactions: readonly StreamTransaction[]): string {
  const calls = [
    ...new Set(transactions.flatMap(({ invocation }) => (invocation === null ? [] : [invocation.function]))),
  ];
  const names = calls.length === 0 ? "" : ` (${calls.join(", ")})`;
  const place = ledgerRange(transactions.map(({ ledger }) => ledger));
  return transactions.length === 1
    ? `the transaction of ${place}${names}`
    : `the ${transactions.length} transactions of ${place}${names}`;
}

function eventsText({ events }: Explanation): string {
  const names = [...new Set(events.map(({ event }) => event.name))].join(", ");
  const place = ledgerRange(events.map(({ event }) => event.ledger));
  return events.length === 1 ? `the event ${names} of ${place}` : `these ${events.length} events (${names}, ${place})`;
}

function ledgerRange(ledgers: readonly number[]): string {
  const [first, last] = [Math.min(...ledgers), Math.max(...ledgers)];
  return first === last ? `ledger ${first}` : `ledgers ${first} to ${last}`;
}

/** Which part of what the node remembers was looked at. */
export function ledgersText({ looked, retained }: StreamHistory): string {
  if (looked === null) return "in no ledger";
  const all = retained !== null && looked.first <= retained.first ? ", where the node's memory begins" : "";
  return `from ledger ${looked.last} back to ${looked.first}${all}`;
}
