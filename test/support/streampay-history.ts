import { createHash } from "node:crypto";
import { Account, Contract, Networks, TransactionBuilder, xdr } from "@stellar/stellar-base";
import { accountId, address, i128, type StreamStruct, streamKey, streamVal, u64 } from "./streampay-contract.js";
import { type AppliedTransaction, entryDataOf, ledgerKeyOf, type TestEvent, type TestLedger } from "./test-ledger.js";

export interface Happening {
  readonly ledger: number;
  /** What was called, and with what. */
  readonly call: string;
  readonly args?: readonly xdr.ScVal[];
  /** The stream before and after; null: it was not there. Left out: the call left every stream alone. */
  readonly before?: StreamStruct | null;
  readonly after?: StreamStruct | null;
  /** The ledger in which it had been changed before; by default the one before. */
  readonly changed?: number;
  readonly events?: readonly TestEvent[];
  readonly feeBump?: boolean;
  readonly succeeded?: boolean;
  readonly source?: string;
}

/** Adds a transaction to what the node remembers. Its XDR is made by the Stellar library alone. */
export function happen(ledger: TestLedger, contract: string, happening: Happening): AppliedTransaction {
  const { call, args = [], before = null, after = null, events = [], succeeded = true } = happening;
  const source = happening.source ?? accountId(1);
  const sequence = String(ledger.history.length + 1);
  const built = new TransactionBuilder(new Account(source, sequence), {
    fee: "100",
    networkPassphrase: Networks.TESTNET,
  })
    .addOperation(new Contract(contract).call(call, ...args))
    .setTimeout(0)
    .build();
  const envelope = happening.feeBump
    ? TransactionBuilder.buildFeeBumpTransaction(accountId(7), "200", built, Networks.TESTNET).toEnvelope()
    : built.toEnvelope();
  const tx: AppliedTransaction = {
    ledger: happening.ledger,
    closedAt: ledger.closeTime - 5 * (ledger.sequence - happening.ledger),
    hash: createHash("sha256").update(envelope.toXDR()).digest("hex"),
    succeeded,
    envelope,
    meta: metaOf(contract, happening.ledger, before, after, happening.changed ?? happening.ledger - 1),
    events,
  };
  ledger.history.push(tx);
  return tx;
}

/** StreamPay's `withdrawn` event. */
export function withdrawnEvent(contract: string, stream: StreamStruct, amount: bigint): TestEvent {
  return eventOf(contract, "withdrawn", [u64(stream.id), address(stream.recipient), i128(amount), u64(1n)]);
}

/** StreamPay's events have two symbols as topics and a tuple as data. */
export function eventOf(contract: string, name: string, data: readonly xdr.ScVal[], family = "stream"): TestEvent {
  const topics = [xdr.ScVal.scvSymbol(family), xdr.ScVal.scvSymbol(name)];
  return { contract, topics, value: xdr.ScVal.scvVec([...data]) };
}

/** A withdrawal: the stream's entry before and after, and its event. @returns the stream after it */
export function withdraw(ledger: TestLedger, contract: string, before: StreamStruct, amount: bigint, at: number) {
  const after = { ...before, released_amount: before.released_amount + amount };
  const events = [withdrawnEvent(contract, before, amount)];
  const args = [u64(before.id), i128(amount)];
  const tx = happen(ledger, contract, { ledger: at, call: "withdraw", args, before, after, events });
  return { after, tx };
}

function metaOf(
  contract: string,
  ledger: number,
  before: StreamStruct | null,
  after: StreamStruct | null,
  changed: number,
): xdr.TransactionMeta {
  const id = (before ?? after)?.id;
  const changes: xdr.LedgerEntryChange[] = [];
  if (before !== null) changes.push(xdr.LedgerEntryChange.ledgerEntryState(entryOf(contract, changed, before)));
  if (after !== null) {
    const entry = entryOf(contract, ledger, after);
    changes.push(
      before === null
        ? xdr.LedgerEntryChange.ledgerEntryCreated(entry)
        : xdr.LedgerEntryChange.ledgerEntryUpdated(entry),
    );
  } else if (id !== undefined) {
    const key = ledgerKeyOf({ contract, key: streamKey(id), durability: "persistent" });
    changes.push(xdr.LedgerEntryChange.ledgerEntryRemoved(key));
  }
  const meta = new xdr.TransactionMetaV3({
    ext: new xdr.ExtensionPoint(0),
    txChangesBefore: [],
    operations: [new xdr.OperationMeta({ changes })],
    txChangesAfter: [],
    sorobanMeta: null,
  });
  // The library's constructor knows no arm but the one that its argument has.
  return new (xdr.TransactionMeta as unknown as new (arm: 3, value: xdr.TransactionMetaV3) => xdr.TransactionMeta)(
    3,
    meta,
  );
}

function entryOf(contract: string, lastModified: number, stream: StreamStruct): xdr.LedgerEntry {
  const entry = { contract, key: streamKey(stream.id), val: streamVal(stream), lastModified, liveUntil: null };
  return new xdr.LedgerEntry({
    lastModifiedLedgerSeq: lastModified,
    data: entryDataOf({ ...entry, durability: "persistent" }),
    ext: new xdr.LedgerEntryExt(0),
  });
}
