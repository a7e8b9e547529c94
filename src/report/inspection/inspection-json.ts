import { causes } from "../../core/inspection/cause.js";
import { explorerOf } from "../../core/inspection/explorer.js";
import type { InspectedHistory, Inspection, RawEntry } from "../../core/inspection/inspection.js";
import { runbookSections } from "../../core/inspection/runbook.js";
import type { StreamTransaction } from "../../core/inspection/stream-transaction.js";
import { readOr } from "../../core/values/field.js";
import { decodeScVal } from "../../core/xdr/decode.js";
import { scValJson } from "../../core/xdr/scval-text.js";
import { inertJson } from "../text/workflow-commands.js";
import { base64 } from "./base64.js";
import { isoTime } from "./iso-time.js";

/** The inspection for programs (docs/inspect.md): one shape whatever was found; amounts, ids and times are text. */
export function inspectionJson(inspection: Inspection): string {
  const { streamId, onChainId, contractId, layout, network, toolVersion, history } = inspection;
  const explorer = explorerOf(network);
  const document = {
    schemaVersion: 1,
    toolVersion,
    inspectedAt: inspection.inspectedAt.toISOString(),
    streamId,
    onChainId: text(onChainId),
    contractId,
    network,
    layout,
    status: inspection.status,
    exitCode: inspection.exitCode,
    verdict: inspection.verdict,
    reason: inspection.reason,
    ledger: inspection.ledger,
    fields: inspection.fields.map(({ dbMeaning: _, ...field }) => ({ ...field, difference: text(field.difference) })),
    token: inspection.token,
    tokens: inspection.tokens,
    balances: balancesJson(inspection.balances),
    lifetime: inspection.lifetime,
    violations: inspection.violations,
    errors: inspection.errors,
    notices: inspection.notices,
    causes: causes(inspection, String),
    history: historyJson(history, explorer),
    raw: rawJson(inspection.raw, inspection.showRaw),
    runbook: runbookSections(inspection),
    links: explorer === null ? null : { contract: explorer.contract(contractId) },
  };
  return `${inertJson(JSON.stringify(document, null, 2))}\n`;
}

const text = (value: bigint | null): string | null => (value === null ? null : String(value));

function balancesJson(balances: Inspection["balances"]) {
  if (balances === null) return null;
  const { at, total, released, vested, withdrawable, owed, overpaid } = balances;
  const source = at.source.kind;
  const ledger = at.source.kind === "clock" ? null : at.source.ledger;
  return {
    at: { time: isoTime(at.seconds), seconds: String(at.seconds), source, ledger },
    total: String(total),
    released: String(released),
    vested: text(vested),
    withdrawable: text(withdrawable),
    owed: text(owed),
    overpaid: text(overpaid),
  };
}

const NOTHING = { looked: null, retained: null, events: [], transactions: [], explanations: [] };

function historyJson(history: InspectedHistory, explorer: ReturnType<typeof explorerOf>) {
  if (history.kind === "none") return { available: false, ...NOTHING, gaps: [history.message] };
  const { looked, retained, gaps } = history;
  return {
    available: true,
    looked,
    retained,
    events: history.events.map(({ closedAt, amounts, ...event }) => ({
      ...event,
      closedAt: isoTime(closedAt),
      amounts: amounts.map(({ label, value }) => ({ label, value: String(value) })),
    })),
    transactions: history.transactions.map((transaction) => transactionJson(transaction, explorer)),
    explanations: history.explanations.map(({ difference, explained, events, transactions, ...rest }) => ({
      ...rest,
      difference: text(difference),
      explained: text(explained),
      events: events.map(({ event, amount }) => ({ id: event.id, amount: String(amount) })),
      transactions: transactions.map(({ hash, ledger }) => ({ hash, ledger })),
    })),
    gaps,
  };
}

function transactionJson(
  { hash, ledger, closedAt, invocation, change }: StreamTransaction,
  explorer: ReturnType<typeof explorerOf>,
) {
  const call = invocation === null ? null : { ...invocation, args: invocation.args.map(scValJson) };
  const link = explorer === null || hash === null ? null : explorer.transaction(hash);
  return { hash, ledger, closedAt: isoTime(closedAt), call, change, link };
}

function rawJson(raw: RawEntry | null, isShown: boolean) {
  if (raw === null || !isShown) return null;
  return {
    key: base64(raw.key),
    value: raw.value === null ? null : base64(raw.value),
    decoded: raw.value === null ? null : decoded(raw.value),
  };
}

const decoded = (value: Uint8Array): unknown =>
  readOr(
    () => scValJson(decodeScVal(value)),
    () => null,
  );
