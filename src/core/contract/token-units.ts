import type { EntryFault, LedgerEntry, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { TokenUnits } from "../report/report.js";
import { bytesText } from "../values/byte-text.js";
import { readOr } from "../values/field.js";
import { decodeStrKey } from "../values/strkey.js";
import { encodeScVal } from "../xdr/encode.js";
import { instanceKey } from "../xdr/ledger-key.js";
import type { ScVal } from "../xdr/scval.js";
import { instanceStorage } from "./instance-storage.js";

/** A larger claim is not believed: an i128 has 39 digits. */
const MOST_DECIMALS = 38;
const LONGEST_SYMBOL = 12;
const METADATA = bytesText(encodeScVal({ type: "symbol", value: "METADATA" }));

/**
 * The units that tokens themselves declare. The Stellar Asset Contract and the token of the Soroban SDK keep a map with
 * `decimal` and `symbol` under METADATA in their instance storage. A token that differs, or cannot be read, is left
 * out: its amounts stay in base units.
 * @throws UnavailableError when the chain cannot be read, the signal's reason when aborted
 */
export async function readTokenUnits(
  chain: OnChainClient,
  tokens: Iterable<string>,
  options: ReadOptions = {},
): Promise<TokenUnits[]> {
  // One request only; the amounts of any further tokens stay in base units.
  const contracts = [...new Set(tokens)].filter(isContract).slice(0, chain.maxKeysPerRead);
  if (contracts.length === 0) return [];
  const { entries } = await chain.readEntries(contracts.map(instanceKey), options);
  return contracts.flatMap((token, i) => unitsOf(token, entries[i]!) ?? []);
}

function isContract(token: string): boolean {
  const decoded = decodeStrKey(token);
  return !("fault" in decoded) && decoded.kind === "contract";
}

function unitsOf(token: string, instance: LedgerEntry | EntryFault | null): TokenUnits | null {
  if (instance === null || instance.kind === "fault") return null;
  const metadata = metadataOf(instance.value);
  const decimals = metadata?.get("decimal");
  if (decimals?.type !== "u32" || decimals.value > MOST_DECIMALS) return null;
  return { token, symbol: symbolOf(metadata?.get("symbol")), decimals: decimals.value, source: "chain" };
}

function metadataOf(instance: Uint8Array): ReadonlyMap<string, ScVal> | null {
  const value = readOr(
    () => instanceStorage(instance).get(METADATA),
    () => null,
  );
  if (value?.type !== "map") return null;
  return new Map((value.value ?? []).flatMap(({ key, val }) => (key.type === "symbol" ? [[key.value, val]] : [])));
}

/** Anyone can deploy a token with any text as its symbol, so only a short plain word is accepted. */
function symbolOf(value: ScVal | undefined): string | null {
  if (value?.type !== "string" || value.value.length > LONGEST_SYMBOL) return null;
  const text = String.fromCharCode(...value.value);
  return /^[A-Za-z][A-Za-z0-9]*$/.test(text) ? text : null;
}
