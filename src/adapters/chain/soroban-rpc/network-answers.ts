import { readUint32 } from "./answer-numbers.js";
import { isObject } from "./json-rpc.js";
import { quote } from "./quote.js";
import { badAnswer, RpcFault } from "./rpc-fault.js";

/** @returns the latest ledger; null from old nodes, whose getHealth does not tell. @throws RpcFault */
export function readHealth(result: unknown): number | null {
  if (!isObject(result)) throw badAnswer(`its result of getHealth is ${quote(result)}, not an object`);
  if (result.status !== "healthy") {
    throw new RpcFault("rpc_unhealthy", `the node says that its health is ${quote(result.status)}`, {
      transient: true,
      hints: ["The node is starting or lags behind the network: run again later, or use another RPC endpoint"],
    });
  }
  return result.latestLedger === undefined ? null : ledgerOf(result.latestLedger, "latestLedger of getHealth");
}

/** @returns the number of the latest ledger. @throws RpcFault */
export function readLatestLedger(result: unknown): number {
  if (!isObject(result)) throw badAnswer(`its result of getLatestLedger is ${quote(result)}, not an object`);
  return ledgerOf(result.sequence, "sequence of getLatestLedger");
}

/** @returns the network's passphrase. @throws RpcFault */
export function readNetwork(result: unknown): string {
  const passphrase = isObject(result) ? result.passphrase : undefined;
  if (typeof passphrase !== "string" || passphrase === "") {
    throw badAnswer(`its result of getNetwork names no passphrase: ${quote(result)}`);
  }
  return passphrase;
}

function ledgerOf(value: unknown, name: string): number {
  const ledger = readUint32(value);
  if (ledger === null || ledger === 0) throw badAnswer(`its ${name} is ${quote(value)}, not a ledger number`);
  return ledger;
}
