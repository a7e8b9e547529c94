import type { LedgerEntry, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import { instanceStorage } from "../contract/instance-storage.js";
import type { Layout } from "../contract/layout.js";
import { streamLocator } from "../contract/stream-key.js";
import { bytesText, hex } from "../values/byte-text.js";
import { UnreadableValue } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import { instanceKey } from "../xdr/ledger-key.js";
import type { ScMapEntry, ScVal } from "../xdr/scval.js";
import { typedText } from "../xdr/scval-text.js";

/** The contract's own entry. */
export type ContractEntry =
  | { readonly kind: "absent"; readonly ledger: number }
  | { readonly kind: "unreadable"; readonly message: string }
  | {
      readonly kind: "present";
      readonly ledger: number;
      /** In hex; null: not WebAssembly but the built-in contract of a Stellar asset. */
      readonly wasmHash: string | null;
      readonly storage: readonly ScMapEntry[];
      readonly liveUntil: number | null;
    };

/** @throws UnavailableError when the chain cannot be read */
export async function readContract(
  chain: OnChainClient,
  contractId: string,
  options: ReadOptions,
): Promise<ContractEntry> {
  const { ledger, entries } = await chain.readEntries([instanceKey(contractId)], options);
  const [entry] = entries;
  if (entry === null || entry === undefined) return { kind: "absent", ledger };
  if (entry.kind === "fault") return { kind: "unreadable", message: entry.message };
  try {
    const value = decodeScVal(entry.value);
    if (value.type !== "contract_instance")
      return { kind: "unreadable", message: `expected a contract instance, found ${typedText(value)}` };
    const { wasmHash, storage } = value;
    return {
      kind: "present",
      ledger,
      wasmHash: wasmHash === null ? null : hex(wasmHash),
      storage: storage ?? [],
      liveUntil: entry.liveUntilLedger,
    };
  } catch (error) {
    if (error instanceof UnreadableValue) return { kind: "unreadable", message: error.message };
    throw error;
  }
}

/** Streams as the contract keeps them, decoded but not mapped to fields. */
export interface StreamEntries {
  readonly ledger: number;
  readonly asked: number;
  readonly values: readonly ScVal[];
  /** Entries that could not be decoded, with the reason. */
  readonly faults: readonly string[];
  /** For each entry that exists. */
  readonly liveUntil: readonly (number | null)[];
}

/**
 * Reads some streams at one ledger.
 * @param ids at most as many as one read takes, without duplicates
 * @throws UnavailableError when the chain cannot be read
 */
export async function readStreamEntries(
  chain: OnChainClient,
  layout: Layout,
  contractId: string,
  ids: readonly bigint[],
  options: ReadOptions,
): Promise<StreamEntries> {
  const locator = streamLocator(layout, contractId);
  const keys = locator.sharesOneEntry ? [instanceKey(contractId)] : ids.map((id) => locator.ledgerKey(id));
  const { ledger, entries } = await chain.readEntries(keys, options);
  const values: ScVal[] = [];
  const faults: string[] = [];
  const found = entries.filter((entry) => entry !== null);
  for (const entry of found) {
    try {
      if (entry.kind === "fault") faults.push(entry.message);
      else if (locator.sharesOneEntry) values.push(...valuesInside(entry, ids, locator.innerKey));
      else values.push(decodeScVal(entry.value));
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      faults.push(`the entry cannot be decoded: ${error.message}`);
    }
  }
  const liveUntil = found.map((entry) => (entry.kind === "entry" ? entry.liveUntilLedger : null));
  return { ledger, asked: ids.length, values, faults, liveUntil };
}

function valuesInside(
  entry: LedgerEntry,
  ids: readonly bigint[],
  innerKey: (id: bigint) => Uint8Array | null,
): ScVal[] {
  const storage = instanceStorage(entry.value);
  return ids.flatMap((id) => storage.get(bytesText(innerKey(id)!)) ?? []);
}
