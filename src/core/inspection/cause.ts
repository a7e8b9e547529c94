import type { Explanation } from "./explain-difference.js";
import type { InspectedField } from "./inspected-fields.js";
import type { Inspection } from "./inspection.js";
import type { StreamHistory } from "./stream-history.js";

/** How an amount of a field is written. */
export type AmountText = (value: bigint, field: string) => string;

/** What of each field that differs the history accounts for, a sentence each; empty where there is none. */
export function causes({ history, fields }: Pick<Inspection, "history" | "fields">, amount: AmountText): string[] {
  if (history.kind === "none") return [];
  return fields.flatMap((field) => {
    if (field.comparison !== "differs") return [];
    const explanation = history.explanations.find((candidate) => candidate.field === field.field);
    const sentences = [
      ...(explanation === undefined ? [] : [causeOf(explanation, history, amount)]),
      ...heldBefore(field, history),
    ];
    return sentences.length === 0 ? [] : [`${field.field}: ${sentences.join(" And ")}`];
  });
}

/** The row has what the entry held before a transaction: then everything from that one on is what it lacks. */
function heldBefore({ field, type, dbValue }: InspectedField, { transactions }: StreamHistory): string[] {
  const form = (text: string | null) => (type === "status" ? (text?.toUpperCase() ?? null) : text);
  for (const { change, ledger } of transactions) {
    const changed = change?.fields.find((candidate) => candidate.field === field);
    if (changed !== undefined && changed.before !== null && form(changed.before) === form(dbValue)) {
      return [`the row holds what the contract held before the transaction of ledger ${ledger}.`];
    }
  }
  return [];
}

function causeOf(explanation: Explanation, history: StreamHistory, amount: AmountText): string {
  const { field, difference, kind, explained, events, combined } = explanation;
  const size = difference < 0n ? -difference : difference;
  const what = `${eventsText(explanation)} ${events.length === 1 ? "is" : "together are"}`;
  switch (kind) {
    case "missed":
      return `${what} exactly the difference of ${amount(size, field)}: the database lacks ${events.length === 1 ? "it" : "them"}.`;
    case "counted-twice":
      return `the database is ahead by ${amount(size, field)}, and ${what} exactly that: ${events.length === 1 ? "it was" : "they were"} probably counted twice.`;
    case "partly":
      return `${what} ${amount(explained, field)} of the difference of ${amount(size, field)}; ${amount(size - explained, field)} is unexplained.`;
    case "unexplained": {
      if (history.looked === null) return "its cause was not found: no events could be looked at.";
      if (combined.of === 0) return `no event with an amount for this stream ${ledgersText(history)}.`;
      const limit = combined.tried < combined.of ? ` (the last ${combined.tried} were combined)` : "";
      return `no combination of the ${combined.of} amounts found ${ledgersText(history)} is ${amount(size, field)}${limit}.`;
    }
  }
}

function eventsText({ events }: Explanation): string {
  const names = [...new Set(events.map(({ event }) => event.name))].join(", ");
  const ledgers = events.map(({ event }) => event.ledger);
  const [first, last] = [Math.min(...ledgers), Math.max(...ledgers)];
  const place = first === last ? `ledger ${first}` : `ledgers ${first} to ${last}`;
  return events.length === 1 ? `the event ${names} of ${place}` : `these ${events.length} events (${names}, ${place})`;
}

/** Which part of what the node remembers was looked at. */
export function ledgersText({ looked, retained }: StreamHistory): string {
  if (looked === null) return "in no ledger";
  const all = retained !== null && looked.first <= retained.first ? ", where the node's memory begins" : "";
  return `from ledger ${looked.last} back to ${looked.first}${all}`;
}
