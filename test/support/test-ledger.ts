import { Address, xdr } from "@stellar/stellar-base";

/** A transaction with what it did, as a node's history has it. */
export interface AppliedTransaction {
  readonly ledger: number;
  /** Seconds since the epoch. */
  readonly closedAt: number;
  readonly hash: string;
  readonly succeeded: boolean;
  readonly envelope: xdr.TransactionEnvelope;
  readonly meta: xdr.TransactionMeta;
  readonly events: readonly TestEvent[];
}

export interface TestEvent {
  readonly contract: string;
  readonly topics: readonly xdr.ScVal[];
  readonly value: xdr.ScVal;
}

export interface TestEntry {
  /** Contract that owns the entry, C…. */
  readonly contract: string;
  readonly key: xdr.ScVal;
  readonly val: xdr.ScVal;
  readonly durability: "persistent" | "temporary";
  readonly lastModified: number;
  /** null: the source does not tell. */
  readonly liveUntil: number | null;
}

/**
 * A ledger that tests write and that test servers and snapshot files are made from. XDR is built by the Stellar library,
 * never by the code under test.
 */
export class TestLedger {
  /** What the node remembers, in the order of application. */
  readonly history: AppliedTransaction[] = [];
  /** The first ledger that the node remembers; null: as long as stock nodes do. */
  oldestLedger: number | null = null;
  sequence = 1000;
  /** Close time of `sequence`, in seconds since the epoch. */
  closeTime = Date.UTC(2026, 0, 1) / 1_000 - 5;
  passphrase = "Test SDF Network ; September 2015";
  protocolVersion = 23;
  /** By base64 LedgerKey XDR. */
  readonly entries = new Map<string, TestEntry>();

  set(entry: Omit<TestEntry, "durability" | "lastModified" | "liveUntil"> & Partial<TestEntry>): void {
    const full: TestEntry = { durability: "persistent", lastModified: this.sequence, liveUntil: null, ...entry };
    this.entries.set(ledgerKeyOf(full).toXDR("base64"), full);
  }

  delete(entry: Pick<TestEntry, "contract" | "key"> & Partial<TestEntry>): void {
    this.entries.delete(ledgerKeyOf({ durability: "persistent", ...entry }).toXDR("base64"));
  }
}

export function ledgerKeyOf(entry: Pick<TestEntry, "contract" | "key" | "durability">): xdr.LedgerKey {
  return xdr.LedgerKey.contractData(
    new xdr.LedgerKeyContractData({
      contract: new Address(entry.contract).toScAddress(),
      key: entry.key,
      durability: durabilityOf(entry),
    }),
  );
}

/** LedgerEntryData: what Soroban RPC returns as a row's `xdr`. */
export function entryDataOf(entry: TestEntry): xdr.LedgerEntryData {
  return xdr.LedgerEntryData.contractData(
    new xdr.ContractDataEntry({
      ext: new xdr.ExtensionPoint(0),
      contract: new Address(entry.contract).toScAddress(),
      key: entry.key,
      durability: durabilityOf(entry),
      val: entry.val,
    }),
  );
}

function durabilityOf(entry: Pick<TestEntry, "durability">): xdr.ContractDataDurability {
  return entry.durability === "persistent"
    ? xdr.ContractDataDurability.persistent()
    : xdr.ContractDataDurability.temporary();
}
