import type { OnChainClient } from "../../ports/on-chain-client.js";
import { ledgerSnapshot } from "./ledger-snapshot.js";
import { sorobanRpc } from "./soroban-rpc.js";
import { type ChainIo, type ChainPlace, type ChainSource, sourceOf } from "./source.js";

export type ChainName = "soroban-rpc" | "ledger-snapshot";

export const CHAINS: Readonly<Record<ChainName, ChainSource>> = {
  "soroban-rpc": sorobanRpc,
  "ledger-snapshot": ledgerSnapshot,
};

/** The chain source that a URL of the settings names. */
export function chainOf(url: string): ChainSource {
  const chain = sourceOf(url, CHAINS);
  if (chain === null) throw new Error("The configuration accepted a chain URL that no chain source handles.");
  return chain;
}

/** Opens a chain source. @throws as ChainSource.open does */
export function openChain(place: ChainPlace, io: ChainIo): Promise<OnChainClient> {
  return chainOf(place.url).open(place, io);
}
