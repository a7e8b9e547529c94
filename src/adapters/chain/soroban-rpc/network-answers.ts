import type { LedgerHead } from "../../../ports/on-chain-client.js";
import { readCloseTime, readUint32 } from "./answer-numbers.js";
import { badAnswer, RpcFault } from "./http/rpc-fault.js";
import { isObject } from "./json-rpc.js";
import { quote } from "./quote.js";

/** @returns the latest ledger; null for old nodes, whose getHealth does not say. @throws RpcFault */
export function readHealth(result: unknown): LedgerHead | null {
  if (!isObject(result)) throw badAnswer(`its result of getHealth is ${quote(result)}, not an object`);
  if (result.status !== "healthy") {
    throw new RpcFault("rpc_unhealthy", `the node reports its health as ${quote(result.status)}`, {
      transient: true,
      hints: ["The node is starting or lags behind the network: run again later, or use another RPC endpoint"],
    });
  }
  if (result.latestLedger === undefined) return null;
  const ledger = ledgerOf(result.latestLedger, "latestLedger of getHealth");
  return { ledger, closeTime: closeTimeOf(result.latestLedgerCloseTime, "latestLedgerCloseTime of getHealth") };
}

/** @returns the latest ledger. @throws RpcFault */
export function readLatestLedger(result: unknown): LedgerHead {
  if (!isObject(result)) throw badAnswer(`its result of getLatestLedger is ${quote(result)}, not an object`);
  const ledger = ledgerOf(result.sequence, "sequence of getLatestLedger");
  return { ledger, closeTime: closeTimeOf(result.closeTime, "closeTime of getLatestLedger") };
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

/** Depending on its version, a node writes close times as text, as numbers, or not at all; 0 means unknown. */
function closeTimeOf(value: unknown, name: string): bigint | null {
  if (value === undefined || value === null) return null;
  const time = readCloseTime(value);
  if (time === null) throw badAnswer(`its ${name} is ${quote(value)}, not a time in seconds`);
  return time === 0n ? null : time;
}
