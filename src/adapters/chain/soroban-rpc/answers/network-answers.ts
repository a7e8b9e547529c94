import type { LedgerHead } from "../../../../ports/on-chain-client.js";
import { badAnswer, RpcFault } from "../http/rpc-fault.js";
import { isObject, quote, readCloseTime, readLedger, readResult } from "./answer-values.js";

/** @returns the latest ledger; null for old nodes, whose getHealth does not say. @throws RpcFault */
export function readHealth(result: unknown): LedgerHead | null {
  const { status, latestLedger, latestLedgerCloseTime } = readResult(result, "getHealth");
  if (status !== "healthy") {
    throw new RpcFault("rpc_unhealthy", `the node reports its health as ${quote(status)}`, {
      transient: true,
      hints: ["The node is starting or lags behind the network: run again later, or use another RPC endpoint"],
    });
  }
  if (latestLedger === undefined) return null;
  const ledger = readLedger(latestLedger, "latestLedger of getHealth");
  return { ledger, closeTime: closeTimeOf(latestLedgerCloseTime, "latestLedgerCloseTime of getHealth") };
}

/** @returns the latest ledger. @throws RpcFault */
export function readLatestLedger(result: unknown): LedgerHead {
  const { sequence, closeTime } = readResult(result, "getLatestLedger");
  const ledger = readLedger(sequence, "sequence of getLatestLedger");
  return { ledger, closeTime: closeTimeOf(closeTime, "closeTime of getLatestLedger") };
}

/** A passphrase is a short phrase and a date; what is longer is no network's, and is not repeated. */
const LONGEST_PASSPHRASE = 1_000;

/** @returns the network's passphrase. @throws RpcFault */
export function readNetwork(result: unknown): string {
  const passphrase = isObject(result) ? result.passphrase : undefined;
  if (typeof passphrase !== "string" || passphrase === "") {
    throw badAnswer(`its result of getNetwork names no passphrase: ${quote(result)}`);
  }
  if (passphrase.length > LONGEST_PASSPHRASE) {
    throw badAnswer(
      `its result of getNetwork names a passphrase of ${passphrase.length} characters: ${quote(passphrase)}`,
    );
  }
  return passphrase;
}

/** Depending on its version, a node writes close times as text, as numbers, or not at all; 0 means unknown. */
function closeTimeOf(value: unknown, name: string): bigint | null {
  if (value === undefined || value === null) return null;
  const time = readCloseTime(value);
  if (time === null) throw badAnswer(`its ${name} is ${quote(value)}, not a time in seconds`);
  return time === 0n ? null : time;
}
