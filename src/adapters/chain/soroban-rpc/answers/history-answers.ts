import type { AppliedTransaction, ContractEvent } from "../../../../ports/chain-history.js";
import { badAnswer } from "../http/rpc-fault.js";
import { isObject, quote, readCloseTime, readLedger, readResult, readUint32 } from "./answer-values.js";
import { decodeBase64 } from "./strict-base64.js";

export interface EventsPage {
  readonly events: readonly ContractEvent[];
  /** Where the next page continues; null if the node does not say. */
  readonly cursor: string | null;
  readonly latestLedger: number;
}

export interface TransactionsPage {
  readonly transactions: readonly AppliedTransaction[];
  readonly cursor: string | null;
}

/** @returns the ledgers that the node keeps, according to getHealth; null where it does not say. @throws RpcFault */
export function readOldestLedger(result: unknown): { readonly oldest: number | null; readonly latest: number | null } {
  const { oldestLedger, latestLedger } = readResult(result, "getHealth");
  return { oldest: readUint32(oldestLedger), latest: readUint32(latestLedger) };
}

/** @throws RpcFault */
export function readEvents(result: unknown): EventsPage {
  if (!isObject(result) || !Array.isArray(result.events)) {
    throw badAnswer(`its result of getEvents has no list of events: ${quote(result)}`);
  }
  const events = result.events.map(readEvent);
  // Old nodes only have cursors on the events.
  const last: unknown = result.events.at(-1);
  const inLast = isObject(last) ? (last.pagingToken ?? last.id) : undefined;
  return {
    events,
    cursor: cursorOf(result.cursor) ?? cursorOf(inLast),
    latestLedger: readLedger(result.latestLedger, "latestLedger of getEvents"),
  };
}

function readEvent(row: unknown): ContractEvent {
  if (!isObject(row)) throw badAnswer(`an event of its answer is ${quote(row)}`);
  const { id, txHash, topic } = row;
  if (!isName(id) || !isName(txHash)) {
    throw badAnswer(`an event of its answer has the id ${quote(id)} and the transaction ${quote(txHash)}`);
  }
  if (!Array.isArray(topic)) throw badAnswer(`an event's topic is ${quote(topic)}, not a list`);
  return {
    id,
    ledger: readLedger(row.ledger, "ledger of an event"),
    closedAt: timeOf(row.ledgerClosedAt),
    txHash: txHash.toLowerCase(),
    topics: topic.map((segment) => bytesOf(segment, "a topic of an event")),
    value: bytesOf(row.value, "the value of an event"),
  };
}

/** @throws RpcFault */
export function readTransactions(result: unknown): TransactionsPage {
  if (!isObject(result) || !Array.isArray(result.transactions)) {
    throw badAnswer(`its result of getTransactions has no list of transactions: ${quote(result)}`);
  }
  return { transactions: result.transactions.map(readTransaction), cursor: cursorOf(result.cursor) };
}

function readTransaction(row: unknown): AppliedTransaction {
  if (!isObject(row)) throw badAnswer(`a transaction of its answer is ${quote(row)}`);
  const { txHash, resultMetaXdr } = row;
  return {
    hash: isName(txHash) ? txHash.toLowerCase() : null,
    ledger: readLedger(row.ledger, "ledger of a transaction"),
    closedAt: timeOf(row.createdAt),
    succeeded: row.status === "SUCCESS",
    envelope: bytesOf(row.envelopeXdr, "the envelope of a transaction"),
    meta: resultMetaXdr === undefined ? new Uint8Array() : bytesOf(resultMetaXdr, "the meta of a transaction"),
  };
}

/** Events have RFC 3339 text, transactions seconds, as a number or text. Null for unreadable times. */
function timeOf(value: unknown): bigint | null {
  const seconds = readCloseTime(value);
  if (seconds !== null) return seconds === 0n ? null : seconds;
  const milliseconds = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : BigInt(Math.floor(milliseconds / 1000));
}

function bytesOf(value: unknown, name: string): Uint8Array {
  const bytes = typeof value === "string" ? decodeBase64(value) : null;
  if (bytes === null) throw badAnswer(`${name} is ${quote(value)}, not base64 text`);
  return bytes;
}

/** Longer than any id, hash or cursor. */
const LONGEST_NAME = 200;

const isName = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST_NAME;

const cursorOf = (value: unknown): string | null => (isName(value) && value !== "" ? value : null);
