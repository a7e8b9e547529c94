import type { ChainHistory } from "../../ports/chain-history.js";
import type { DatabaseProbe } from "../../ports/database-probe.js";
import type { DbClient } from "../../ports/db-client.js";
import type { NodeProbe } from "../../ports/node-probe.js";
import type { OnChainClient } from "../../ports/on-chain-client.js";
import type { SeenSignatures } from "../../ports/seen-signatures.js";
import type { Settings } from "../config/settings.js";
import type { Io } from "../process/io.js";

/** Together with open-db's own choice by scheme, the only place that knows adapters. Each is loaded where it is needed. */
export async function openChain({ url, concurrency }: Settings["chain"], io: Io): Promise<OnChainClient> {
  if (url.startsWith("snapshot:")) {
    const { openLedgerSnapshot } = await import("../../adapters/chain/ledger-snapshot/open-ledger-snapshot.js");
    return openLedgerSnapshot(url.slice("snapshot:".length));
  }
  const { openSorobanRpc } = await import("../../adapters/chain/soroban-rpc/open-soroban-rpc.js");
  return openSorobanRpc(url, { clock: io.clock, random: io.random, concurrency });
}

/** What the chain remembers of its last days; null for sources that are a single ledger. */
export async function openChainHistory({ url, concurrency }: Settings["chain"], io: Io): Promise<ChainHistory | null> {
  if (url.startsWith("snapshot:")) return null;
  const { openRpcHistory } = await import("../../adapters/chain/soroban-rpc/open-rpc-history.js");
  return openRpcHistory(url, { clock: io.clock, random: io.random, concurrency });
}

export async function openDb(url: string, options: { readonly create?: boolean } = {}): Promise<DbClient> {
  const { openDatabase } = await import("../../adapters/db/open-db.js");
  return openDatabase(url, options);
}

/** Looks at the node behind a chain URL; null: it is a file, which is no node. @throws ConfigurationError for a bad URL */
export async function probeNode(url: string, io: Io): Promise<NodeProbe | null> {
  if (url.startsWith("snapshot:")) return null;
  const { probeSorobanRpc } = await import("../../adapters/chain/soroban-rpc/probe-node.js");
  return probeSorobanRpc(url, { clock: io.clock, random: io.random });
}

export async function probeDb(url: string): Promise<DatabaseProbe> {
  const { probeDatabase } = await import("../../adapters/db/open-db.js");
  return probeDatabase(url);
}

/** What tells used signatures apart for every process of the service; null where only PostgreSQL could. */
export async function openSeenSignatures(runStoreUrl: string): Promise<SeenSignatures | null> {
  if (!/^postgres(ql)?:/.test(runStoreUrl)) return null;
  const { openSeenInPostgres } = await import("../../adapters/db/postgres/seen-signatures.js");
  return openSeenInPostgres(runStoreUrl);
}
