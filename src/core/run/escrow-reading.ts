import type { EntryBatch, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import { bytesText } from "../contract/instance-storage.js";
import type { Layout } from "../contract/layout.js";
import { type CountingLayout, counterIn, counterKeys, type NextId, readNextId } from "../contract/next-id.js";
import { streamLocator } from "../contract/stream-key.js";
import { type StreamOnChain, StreamsOnChain } from "../contract/stream-on-chain.js";
import { balanceKeys, readBalance, type TokenBalance } from "../contract/token-balance.js";
import { UnavailableError } from "../errors.js";
import { batchAnswers } from "../look/batch-answers.js";
import { idBatches } from "../look/id-batches.js";
import { Liabilities } from "../rules/liabilities.js";

export interface EscrowOptions {
  readonly chain: OnChainClient;
  readonly layout: Layout;
  readonly contractId: string;
  readonly concurrency: number;
  readonly read: ReadOptions;
}

/** What an escrow holds and owes, by token. */
export interface EscrowReading {
  readonly owed: ReadonlyMap<string, bigint>;
  readonly balances: ReadonlyMap<string, TokenBalance>;
  /** A balance that was not changed after this ledger was the same while everything else was read. */
  readonly quietSince: number;
  /** Whether at least as much was owed when the balances were read, so that a shortfall is certain. */
  readonly isLowerBound: boolean;
  /** Whether every stream could be read; otherwise more may be owed. */
  readonly isComplete: boolean;
}

/** Reads what the contract holds of each token. */
export async function readTokens(
  tokens: readonly string[],
  options: EscrowOptions,
): Promise<ReadonlyMap<string, TokenBalance>> {
  return (await balancesAndLedger(tokens, options)).balances;
}

/** `ledger`: the first at which a balance was read; what has not changed since was the same at each of them. */
async function balancesAndLedger(
  tokens: readonly string[],
  { chain, contractId, read }: EscrowOptions,
): Promise<{ readonly balances: ReadonlyMap<string, TokenBalance>; readonly ledger: number }> {
  const balances = new Map<string, TokenBalance>();
  let first = Number.POSITIVE_INFINITY;
  const perRead = Math.max(1, Math.floor(chain.maxKeysPerRead / 2));
  for (let at = 0; at < tokens.length; at += perRead) {
    const part = tokens.slice(at, at + perRead);
    const keys = part.flatMap((token) => balanceKeys(token, contractId));
    const { ledger, entries } = await chain.readEntries(keys, read);
    first = Math.min(first, ledger);
    takeBalances(part, entries, balances);
  }
  return { balances, ledger: first };
}

function takeBalances(
  tokens: readonly string[],
  entries: EntryBatch["entries"],
  balances: Map<string, TokenBalance>,
): void {
  for (const [i, token] of tokens.entries()) {
    balances.set(token, readBalance(entries[2 * i]!, entries[2 * i + 1]!));
  }
}

/** Streams that may have been created since the counter was read, and still fit into the one request. */
const ROOM_FOR_NEW_STREAMS = 10n;

/**
 * Reads all of an escrow again: every stream up to the contract's counter, and the balances. A small escrow is read in
 * one request, at one ledger, so that nothing can move in between.
 * @throws UnavailableError when the chain, or a part of it, cannot be read
 */
export async function readEscrow(tokens: readonly string[], options: EscrowOptions): Promise<EscrowReading> {
  const { chain, layout, contractId, read } = options;
  if (layout.nextId === undefined) throw new TypeError(`layout ${layout.name} does not count its streams`);
  const counting = { ...layout, nextId: layout.nextId };
  const counter = known(await readNextId(chain, counting, contractId, read));
  const others = BigInt(counterKeys(counting, contractId).length + 2 * tokens.length) + ROOM_FOR_NEW_STREAMS;
  const isSmall = counter.nextId - counter.firstId + others <= BigInt(chain.maxKeysPerRead);
  return isSmall ? readAtOnce(tokens, counter, counting, options) : readInParts(tokens, counter, counting, options);
}

type Counter = Extract<NextId, { kind: "known" }>;

function known(counter: NextId): Counter {
  if (counter.kind === "known") return counter;
  throw new UnavailableError("next_id_unknown", counter.message);
}

async function readAtOnce(
  tokens: readonly string[],
  { firstId, nextId }: Counter,
  layout: CountingLayout,
  { chain, contractId, read }: EscrowOptions,
): Promise<EscrowReading> {
  const locator = streamLocator(layout, contractId);
  const ids = [...idsFrom(firstId, nextId + ROOM_FOR_NEW_STREAMS)].filter((id) => id <= locator.greatestId);
  const counting = counterKeys(layout, contractId);
  const streams = (locator.sharesOneEntry ? ids.slice(0, 1) : ids).map((id) => locator.ledgerKey(id));
  const wanted = [...counting, ...streams, ...tokens.flatMap((token) => balanceKeys(token, contractId))];
  // A stream may name its own escrow as the token; no key goes into a request twice.
  const indexOf = new Map<string, number>();
  const keys: Uint8Array[] = [];
  for (const key of wanted) {
    const text = bytesText(key);
    if (!indexOf.has(text)) indexOf.set(text, keys.push(key) - 1);
  }
  const answer = await chain.readEntries(keys, read);
  const entries = wanted.map((key) => answer.entries[indexOf.get(bytesText(key))!]!);

  const now = known(counterIn({ ledger: answer.ledger, entries }, layout, contractId));
  const records = new StreamsOnChain(layout, locator);
  const liabilities = new Liabilities(layout);
  ids.forEach((id, i) => {
    // Entries beyond the counter are a finding of their own, and nothing that the contract would pay.
    if (id >= now.nextId) return;
    const record = records.find(id, entries[counting.length + (locator.sharesOneEntry ? 0 : i)]!);
    takeLiability(record, liabilities);
  });
  const balances = new Map<string, TokenBalance>();
  takeBalances(tokens, entries.slice(counting.length + streams.length), balances);
  const sawAll = now.nextId <= nextId + ROOM_FOR_NEW_STREAMS;
  const { owed, isComplete } = liabilities;
  return { owed, balances, quietSince: sawAll ? answer.ledger : NEVER, isLowerBound: true, isComplete };
}

/** No balance is older than this: nothing vouches for the reading. */
const NEVER = -1;

/**
 * Balances first, then the streams, which takes several requests. A stream that was not changed after the balance was
 * read owed at that moment what it owes now: the sum over these is a sound lower bound, whatever moved meanwhile.
 */
async function readInParts(
  tokens: readonly string[],
  { firstId, nextId }: Counter,
  layout: CountingLayout,
  options: EscrowOptions,
): Promise<EscrowReading> {
  const { chain, contractId, concurrency, read } = options;
  const { balances, ledger } = await balancesAndLedger(tokens, options);
  const locator = streamLocator(layout, contractId);
  const records = new StreamsOnChain(layout, locator);
  const liabilities = new Liabilities(layout);
  let hasMoved = false;
  const batches = idBatches(idsFrom(firstId, nextId), locator, chain.maxKeysPerRead);
  for await (const { batch, answer } of batchAnswers(batches, chain, concurrency, read)) {
    if (answer.kind === "failed") throw answer.error;
    if (answer.kind === "not-needed") continue;
    batch.ids.forEach((id, i) => {
      const record = records.find(id, answer.entries[locator.sharesOneEntry ? 0 : i]!);
      if (record.kind === "stream" && record.modified > ledger) hasMoved = true;
      else takeLiability(record, liabilities);
    });
  }
  const after = known(await readNextId(chain, layout, contractId, read));
  const isExact = !hasMoved && after.nextId === nextId;
  const { owed, isComplete } = liabilities;
  return { owed, balances, quietSince: isExact ? ledger : NEVER, isLowerBound: true, isComplete };
}

function takeLiability(record: StreamOnChain, liabilities: Liabilities): void {
  if (record.kind === "stream") liabilities.add(record.stream);
  else if (record.kind === "fault") liabilities.isComplete = false;
}

function* idsFrom(first: bigint, next: bigint): Generator<bigint> {
  for (let id = first; id < next; id++) yield id;
}
