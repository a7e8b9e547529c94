import { openSorobanRpc } from "../../src/adapters/chain/soroban-rpc/open-soroban-rpc.js";
import type { SorobanRpcOptions } from "../../src/adapters/chain/soroban-rpc/rpc-caller.js";
import type { ReconcileError } from "../../src/core/errors.js";
import type { OnChainClient } from "../../src/ports/on-chain-client.js";
import { ManualClock } from "./manual-clock.js";
import { type RpcServer, type RpcServerOptions, startRpcServer } from "./rpc-server.js";
import { accountId, contractId, putStream, streamKey, streamStruct } from "./streampay-contract.js";
import { ledgerKeyOf, TestLedger } from "./test-ledger.js";

export const ESCROW = contractId(9);

/** The LedgerKey of a stream of ESCROW, as base64. */
export function streamKeyBase64(id: number): string {
  return ledgerKeyOf({ contract: ESCROW, key: streamKey(BigInt(id)), durability: "persistent" }).toXDR("base64");
}

export const streamKeyBytes = (id: number): Uint8Array => new Uint8Array(Buffer.from(streamKeyBase64(id), "base64"));

export interface RpcSetup {
  readonly server: RpcServer;
  readonly ledger: TestLedger;
  readonly client: OnChainClient;
  readonly clock: ManualClock;
  close(): Promise<void>;
}

/** A server with the given streams, and a client of it whose waits take no time and whose jitter is at its greatest. */
export async function setUpRpc(
  ids: readonly number[] = [1, 2, 3],
  server: RpcServerOptions = {},
  client: Partial<SorobanRpcOptions> = {},
): Promise<RpcSetup> {
  const ledger = new TestLedger();
  for (const id of ids) putStream(ledger, ESCROW, streamStruct({ id: BigInt(id), sender: accountId(id) }));
  const running = await startRpcServer(ledger, server);
  const clock = new ManualClock();
  const opened = openSorobanRpc(running.url, { clock, random: () => 1, ...client });
  return {
    server: running,
    ledger,
    client: opened,
    clock,
    async close() {
      await opened.close();
      await running.close();
    },
  };
}

/** The error that the promise rejects with; fails when it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<ReconcileError> {
  return promise.then(
    (value) => {
      throw new Error(`expected a failure, got ${JSON.stringify(value)}`);
    },
    (error: ReconcileError) => error,
  );
}
