import type { ChalkInstance } from "chalk";
import { ledgersText } from "../../core/inspection/cause.js";
import type { EntryChange } from "../../core/inspection/entry-change.js";
import type { Inspection } from "../../core/inspection/inspection.js";
import type { StreamEvent } from "../../core/inspection/stream-event.js";
import type { StreamHistory } from "../../core/inspection/stream-history.js";
import type { StreamTransaction } from "../../core/inspection/stream-transaction.js";
import type { Invocation } from "../../core/xdr/invocation.js";
import { scValText } from "../../core/xdr/scval-text.js";
import { prose, titled } from "../text/grid.js";
import { grouped, printable, shortened } from "../text/readable.js";
import { isoTime } from "./iso-time.js";
import { amountText } from "./parts.js";

/** Steps that are shown, the latest of them; json has all. */
const SHOWN = 12;

/** One transaction with what it did to the stream. */
interface Step {
  readonly ledger: number;
  readonly closedAt: bigint | null;
  readonly hash: string | null;
  readonly events: readonly StreamEvent[];
  readonly transaction: StreamTransaction | null;
}

/** What happened to the stream, the latest first, and what could not be searched. */
export function historyBlock({ history, ledger, verdict }: Inspection, width: number, paint: ChalkInstance): string {
  const title = "What changed it on chain";
  if (history.kind === "none") {
    return titled(title, prose([`not searched: ${printable(history.message)}`], width, "  ").join("\n"), paint);
  }
  const explaining = new Set<StreamEvent | StreamTransaction>(
    history.explanations.flatMap(({ events, transactions }) => [...events.map(({ event }) => event), ...transactions]),
  );
  const isCause = ({ events, transaction }: Step) =>
    events.some((event) => explaining.has(event)) || (transaction !== null && explaining.has(transaction));
  const steps = stepsOf(history);
  const shown = steps.filter((step, i) => i < SHOWN || isCause(step));
  const side = verdict === "missing-in-db" ? "database" : "row";
  const placeOf = (step: Step) => placeText(step.ledger, ledger.dbSynced, side);
  const lines = shown.flatMap((step) => stepLines(step, isCause(step), placeOf(step), width, paint));
  const rest = steps.length - shown.length;
  const remarks = [
    ...(steps.length === 0 ? ["nothing was found"] : []),
    ...(rest > 0 ? [`… and ${rest} more: --format json has all`] : []),
    ...(explaining.size > 0 ? ["* explains the difference"] : []),
    `searched: ${ledgersText(history)}`,
    ...history.gaps.map((gap) => `incomplete: ${printable(gap)}`),
  ];
  return titled(title, [...lines, ...prose(remarks, width, "  ").map((line) => paint.dim(line))].join("\n"), paint);
}

function stepsOf({ events, transactions }: StreamHistory): Step[] {
  const steps = new Map<string, Step>();
  for (const event of events) {
    const { txHash: hash, ledger, closedAt } = event;
    const known = steps.get(hash);
    const transaction = transactions.find((candidate) => candidate.hash === hash) ?? null;
    steps.set(hash, { ledger, closedAt, hash, transaction, events: [...(known?.events ?? []), event] });
  }
  for (const transaction of transactions) {
    const { hash, ledger, closedAt } = transaction;
    const key = hash ?? `#${steps.size}`;
    if (!steps.has(key)) steps.set(key, { ledger, closedAt, hash, transaction, events: [] });
  }
  return [...steps.values()].sort((a, b) => b.ledger - a.ledger);
}

/** Whether the database has had the ledger. @param side whose word it is */
function placeText(ledger: number, synced: number | null, side: string): string {
  if (synced === null) return "";
  return ledger > synced ? `, after the ${side}'s ledger` : `, the ${side} claims to have seen it`;
}

function stepLines(
  { ledger, closedAt, hash, events, transaction }: Step,
  isCause: boolean,
  place: string,
  width: number,
  paint: ChalkInstance,
): string[] {
  const time = isoTime(closedAt) ?? "time unknown";
  const head = prose([`${isCause ? "*" : "-"} ledger ${ledger}, ${time}${place}`], width);
  const body = [
    ...events.map((event) => printable(eventText(event))),
    ...(events.length === 0 ? ["(no event of this stream)"] : []),
    ...(hash === null ? [] : [`tx ${printable(hash)}`]),
    ...(transaction === null ? [] : transactionTexts(transaction)),
  ];
  return [...head.map((line) => (isCause ? paint.bold(line) : line)), ...prose(body, width, "    ")];
}

function eventText({ name, amounts }: StreamEvent): string {
  const texts = amounts.map(({ label, value }) => `${label === "" ? "" : `${label} `}${amountText(value)}`);
  return texts.length === 0 ? `event ${name}` : `event ${name}: ${texts.join(", ")}`;
}

function transactionTexts({ invocation, change }: StreamTransaction): string[] {
  const call = invocation === null ? [] : [callText(invocation)];
  return [...call, ...(change === null ? [] : changeTexts(change))].map(printable);
}

/** Addresses are shortened, here as in tables. */
function callText({ function: name, args, source }: Invocation): string {
  const texts = args.map((arg) => (arg.type === "address" ? shortened(arg.value) : scValText(arg)));
  return `call ${name}(${texts.join(", ")}) by ${shortened(source)}`;
}

function changeTexts({ kind, fields }: EntryChange): string[] {
  if (kind !== "updated") return [`the entry was ${kind}`];
  if (fields.length === 0) return ["wrote the entry, and changed none of its known fields"];
  return fields.map(({ field, before, after }) => `${field} ${valueText(before)} → ${valueText(after)}`);
}

const valueText = (value: string | null): string => (value === null ? "(none)" : grouped(value));
