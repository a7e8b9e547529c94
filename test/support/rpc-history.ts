import type { RpcRequest } from "./rpc-faults.js";
import type { AppliedTransaction, TestEvent, TestLedger } from "./test-ledger.js";

export class JsonRpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const INVALID_REQUEST = -32600;
const INVALID_PARAMS = -32602;

/** Stock limits of stellar-rpc. */
const LEDGER_SCAN_LIMIT = 10_000;
const EVENTS = { most: 10_000, usual: 100 } as const;
const TRANSACTIONS = { most: 200, usual: 50 } as const;
const LAST_OF_LEDGER = 0xffff_ffffn;

export const oldestOf = ({ oldestLedger, sequence }: TestLedger): number =>
  oldestLedger ?? Math.max(2, sequence - 120_959);

interface Filter {
  readonly type?: string;
  readonly contractIds?: readonly string[];
  readonly topics?: readonly (readonly string[])[];
}

interface Params {
  readonly startLedger?: number;
  readonly endLedger?: number;
  readonly filters?: readonly Filter[];
  readonly pagination?: { readonly cursor?: string; readonly limit?: number };
}

const paramsOf = ({ body }: RpcRequest): Params => (JSON.parse(body) as { params?: Params }).params ?? {};

interface Row {
  readonly tx: AppliedTransaction;
  readonly event: TestEvent;
  /** Orders events: `toid-event`. */
  readonly id: string;
}

/** A transaction's position: ledger, order within it, operation (SEP-35). */
const toid = (ledger: number, order: number, operation: number): bigint =>
  (BigInt(ledger) << 32n) | (BigInt(order) << 12n) | BigInt(operation);
const cursorText = (position: bigint, event: bigint): string =>
  `${String(position).padStart(19, "0")}-${String(event).padStart(10, "0")}`;

function rowsOf(ledger: TestLedger): Row[] {
  return positions(ledger).flatMap(({ tx, order }) =>
    tx.events.map((event, i) => ({ tx, event, id: cursorText(toid(tx.ledger, order, 1), BigInt(i)) })),
  );
}

/** Transactions in order, each with its place in its ledger from 1. */
function positions({ history }: TestLedger): { readonly tx: AppliedTransaction; readonly order: number }[] {
  const counts = new Map<number, number>();
  return [...history]
    .sort((a, b) => a.ledger - b.ledger)
    .map((tx) => {
      const order = (counts.get(tx.ledger) ?? 0) + 1;
      counts.set(tx.ledger, order);
      return { tx, order };
    });
}

/** @throws JsonRpcError as stellar-rpc does */
export function eventsAnswer(request: RpcRequest, ledger: TestLedger): Record<string, unknown> {
  const { startLedger = 0, endLedger = 0, filters = [], pagination = {} } = paramsOf(request);
  const { cursor, limit = EVENTS.usual } = pagination;
  if (cursor !== undefined && startLedger + endLedger !== 0) {
    throw new JsonRpcError(INVALID_PARAMS, "ledger ranges and cursor cannot both be set");
  }
  if (cursor === undefined && startLedger <= 0) throw new JsonRpcError(INVALID_PARAMS, "startLedger must be positive");
  if (limit > EVENTS.most) throw new JsonRpcError(INVALID_PARAMS, `limit must not exceed ${EVENTS.most}`);
  checkFilters(filters);
  const oldest = oldestOf(ledger);
  const start = cursor === undefined ? startLedger : Number(BigInt(cursor.split("-")[0]!) >> 32n);
  if (start < oldest || start > ledger.sequence) {
    const message = `startLedger must be within the ledger range: ${oldest} - ${ledger.sequence}`;
    throw new JsonRpcError(INVALID_REQUEST, message);
  }
  const end = Math.min(start + LEDGER_SCAN_LIMIT, ledger.sequence + 1, endLedger === 0 ? Infinity : endLedger);
  const found = rowsOf(ledger)
    .filter(({ tx, id }) => tx.ledger >= start && tx.ledger < end && (cursor === undefined || id > cursor))
    .filter(({ event }) => filters.length === 0 || filters.some((filter) => matches(filter, event)))
    .slice(0, limit);
  return {
    events: found.map(eventRow),
    cursor: found.length === limit ? found.at(-1)!.id : cursorText((BigInt(end) << 32n) - 1n, LAST_OF_LEDGER),
    ...rangeAnswer(ledger),
    latestLedgerCloseTime: String(ledger.closeTime),
    oldestLedgerCloseTime: String(ledger.closeTime - 5 * (ledger.sequence - oldest)),
  };
}

function checkFilters(filters: readonly Filter[]): void {
  if (filters.length > 5) throw new JsonRpcError(INVALID_PARAMS, "maximum 5 filters per request");
  for (const { type, contractIds = [] } of filters) {
    if (type !== undefined && !/^(contract|system)(,(contract|system))*$/.test(type)) {
      const message = "filter 1 invalid: filter type invalid: if set, type must be either 'system' or 'contract'";
      throw new JsonRpcError(INVALID_PARAMS, message);
    }
    if (contractIds.length > 5) throw new JsonRpcError(INVALID_PARAMS, "maximum 5 contract IDs per filter");
  }
}

function matches({ contractIds = [], topics = [] }: Filter, event: TestEvent): boolean {
  if (contractIds.length > 0 && !contractIds.includes(event.contract)) return false;
  return topics.length === 0 || topics.some((wanted) => matchesTopics(wanted, event));
}

function matchesTopics(wanted: readonly string[], { topics }: TestEvent): boolean {
  const isOpen = wanted.at(-1) === "**";
  const segments = isOpen ? wanted.slice(0, -1) : wanted;
  if (isOpen ? topics.length < segments.length : topics.length !== segments.length) return false;
  return segments.every((segment, i) => segment === "*" || segment === topics[i]!.toXDR("base64"));
}

function eventRow({ tx, event, id }: Row): Record<string, unknown> {
  return {
    type: "contract",
    ledger: tx.ledger,
    ledgerClosedAt: new Date(tx.closedAt * 1000).toISOString().replace(".000Z", "Z"),
    contractId: event.contract,
    id,
    operationIndex: 1,
    transactionIndex: 1,
    inSuccessfulContractCall: true,
    txHash: tx.hash,
    topic: event.topics.map((topic) => topic.toXDR("base64")),
    value: event.value.toXDR("base64"),
  };
}

const rangeAnswer = (ledger: TestLedger) => ({ latestLedger: ledger.sequence, oldestLedger: oldestOf(ledger) });

/** @throws JsonRpcError as stellar-rpc does */
export function transactionsAnswer(request: RpcRequest, ledger: TestLedger): Record<string, unknown> {
  const { startLedger = 0, pagination = {} } = paramsOf(request);
  const { cursor, limit = TRANSACTIONS.usual } = pagination;
  const oldest = oldestOf(ledger);
  if (cursor !== undefined && startLedger !== 0) {
    throw new JsonRpcError(INVALID_REQUEST, "startLedger and cursor cannot both be set");
  }
  if (cursor === undefined && (startLedger < oldest || startLedger > ledger.sequence)) {
    const message = `start ledger must be between the oldest ledger: ${oldest} and the latest ledger: ${ledger.sequence} for this rpc instance`;
    throw new JsonRpcError(INVALID_REQUEST, message);
  }
  if (limit > TRANSACTIONS.most) throw new JsonRpcError(INVALID_REQUEST, `limit must not exceed ${TRANSACTIONS.most}`);
  const after = cursor === undefined ? toid(startLedger, 0, 0) : BigInt(cursor);
  const found = positions(ledger)
    .map(({ tx, order }) => ({ tx, order, at: toid(tx.ledger, order, 1) }))
    .filter(({ at }) => at > after)
    .slice(0, limit);
  return {
    transactions: found.map(({ tx, order }) => ({
      status: tx.succeeded ? "SUCCESS" : "FAILED",
      txHash: tx.hash,
      applicationOrder: order,
      feeBump: tx.envelope.switch().name === "envelopeTypeTxFeeBump",
      envelopeXdr: tx.envelope.toXDR("base64"),
      resultMetaXdr: tx.meta.toXDR("base64"),
      ledger: tx.ledger,
      createdAt: tx.closedAt,
    })),
    ...rangeAnswer(ledger),
    latestLedgerCloseTimestamp: ledger.closeTime,
    oldestLedgerCloseTimestamp: ledger.closeTime - 5 * (ledger.sequence - oldest),
    cursor: String(found.at(-1)?.at ?? toid(ledger.sequence, 0, 1)),
  };
}
