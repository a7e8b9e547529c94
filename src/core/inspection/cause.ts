import type { Explanation } from "./explain-field.js";
import type { Inspection } from "./inspection.js";
import type { StreamHistory } from "./stream-history.js";
import type { StreamTransaction } from "./stream-transaction.js";

/** Formats a field's amount. */
export type AmountText = (value: bigint, field: string) => string;

/** One sentence on the cause of each difference; empty without a history. */
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

/** Why only one side has the stream. */
function presenceCause({ transactions }: StreamHistory, verdict: Inspection["verdict"]): string[] {
  const last = transactions.findLast(({ change }) => change?.kind === "created" || change?.kind === "removed");
  if (last === undefined) return [];
  return last.change?.kind === "created"
    ? [`presence: ${transactionsText([last])} created the stream, but the database does not have it.`]
    : [
        `presence: ${transactionsText([last])} removed the stream from the contract${verdict === "not-found" ? "" : ", but the database still has it"}.`,
      ];
}

function causeOf(explanation: Explanation, history: StreamHistory, amount: AmountText): string | null {
  const { field, difference, explained, events, transactions, combined, kind } = explanation;
  if (difference === null)
    return transactions.length === 0 ? null : `${heldBefore(transactions)}: ${missedText(transactions)}.`;
  const size = abs(difference);
  const amounts = `${eventsText(explanation)} ${events.length === 1 ? "accounts" : "together account"} for`;
  switch (kind) {
    case "missed": {
      const whole = `exactly the difference of ${amount(size, field)}`;
      if (events.length === 0) return `${heldBefore(transactions)}: ${missedText(transactions)}, which makes ${whole}.`;
      const proof = transactions.length === 0 ? "" : ` Proof: ${heldBefore(transactions)}.`;
      return `${amounts} ${whole}: ${missedText(events)}.${proof}`;
    }
    case "counted-twice": {
      const side = difference < 0n ? "ahead" : "short";
      return `the database is ${side} by ${amount(size, field)}, and ${amounts} exactly that: ${events.length === 1 ? "it was" : "they were"} probably counted twice.`;
    }
    case "partly": {
      const part = abs(explained ?? 0n);
      return `${amounts} ${amount(part, field)} of the difference of ${amount(size, field)}; ${amount(size - part, field)} remains unexplained.`;
    }
    case "unexplained": {
      if (history.looked === null) return "no cause was found, as no events could be read.";
      if (combined.of === 0) return `no event with an amount was found (${ledgersText(history)}).`;
      const limit = combined.tried < combined.of ? ` (only the last ${combined.tried} were combined)` : "";
      const sums = combined.of === 1 ? "the one amount found" : `no combination of the ${combined.of} amounts found`;
      return `${sums} (${ledgersText(history)}) is ${combined.of === 1 ? "not " : ""}${amount(size, field)}${limit}.`;
    }
  }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);

const missedText = (missed: readonly unknown[]): string => `the database missed ${missed.length === 1 ? "it" : "them"}`;

/** The row then lacks everything from the first of these transactions on. */
const heldBefore = (transactions: readonly StreamTransaction[]): string =>
  `the row has the contract's value from before ${transactionsText(transactions)}`;

function transactionsText(transactions: readonly StreamTransaction[]): string {
  const calls = [
    ...new Set(transactions.flatMap(({ invocation }) => (invocation === null ? [] : [invocation.function]))),
  ];
  const names = calls.length === 0 ? "" : ` (${calls.join(", ")})`;
  const place = ledgerRange(transactions.map(({ ledger }) => ledger));
  return transactions.length === 1
    ? `the transaction in ${place}${names}`
    : `the ${transactions.length} transactions in ${place}${names}`;
}

function eventsText({ events }: Explanation): string {
  const names = [...new Set(events.map(({ event }) => event.name))].join(", ");
  const place = ledgerRange(events.map(({ event }) => event.ledger));
  return events.length === 1 ? `the event ${names} in ${place}` : `these ${events.length} events (${names}, ${place})`;
}

function ledgerRange(ledgers: readonly number[]): string {
  const [first, last] = [Math.min(...ledgers), Math.max(...ledgers)];
  return first === last ? `ledger ${first}` : `ledgers ${first} to ${last}`;
}

/** Which ledgers of the node's history were searched. */
export function ledgersText({ looked, retained }: StreamHistory): string {
  if (looked === null) return "in no ledger";
  const all = retained !== null && looked.first <= retained.first ? ", where the node's history begins" : "";
  return `from ledger ${looked.last} back to ${looked.first}${all}`;
}
