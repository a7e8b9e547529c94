import { ConfigurationError } from "../../../core/errors.js";
import { describeJson, isArray, isObject, type JsonObject, type JsonValue, member } from "./json/json-value.js";

/** What a snapshot says about itself. */
export interface SnapshotHeader {
  /** The snapshot's ledger. */
  readonly sequence: number;
  /** SHA-256 of the network's passphrase as lower-case hex; null for soroban-sdk tests, which write zeros. */
  readonly networkId: string | null;
  /** When that ledger closed, in seconds; null if the file says 0, as `stellar snapshot create` may. */
  readonly closeTime: bigint | null;
}

const EXPECTED =
  "expected: protocol_version, sequence_number, network_id, ledger_entries, as `stellar snapshot create` " +
  'writes them; or the same inside "ledger", as soroban-sdk tests do';

/**
 * Reads a snapshot's frame, in which `ledger_entries` is empty.
 * @throws ConfigurationError if the JSON is not a ledger snapshot, naming what it looks like instead.
 */
export function readHeader(root: JsonValue, path: string): SnapshotHeader {
  const ledger = findLedger(root);
  if (ledger === undefined) throw wrongFormat(root, path);
  const elements = member(ledger, "ledger_entries");
  if (!isArray(elements)) throw wrongField(path, "ledger_entries", "an array of entries", elements);
  const sequence = member(ledger, "sequence_number");
  if (typeof sequence !== "bigint" || sequence < 0n || sequence > 0xffff_ffffn) {
    throw wrongField(path, "sequence_number", "the ledger number", sequence);
  }
  const networkId = readNetworkId(member(ledger, "network_id"), path);
  return {
    sequence: Number(sequence),
    networkId,
    closeTime: readTimestamp(member(ledger, "timestamp"), sequence, path),
  };
}

function findLedger(root: JsonValue): JsonObject | undefined {
  if (!isObject(root)) return undefined;
  if (member(root, "ledger_entries") !== undefined) return root;
  const ledger = member(root, "ledger");
  return isObject(ledger) && member(ledger, "ledger_entries") !== undefined ? ledger : undefined;
}

/**
 * A number, or text in newer versions. 0 means unknown (docs/contract-facts.md#ledger-snapshot-files), except in
 * ledger 0: networks have none, and the clock of contract tests starts at 0.
 */
function readTimestamp(json: JsonValue | undefined, sequence: bigint, path: string): bigint | null {
  if (json === undefined || json === null) return null;
  const time = typeof json === "string" && /^\d{1,20}$/.test(json) ? BigInt(json) : json;
  if (typeof time !== "bigint" || time < 0n) throw wrongField(path, "timestamp", "seconds since the epoch", json);
  return time === 0n && sequence > 0n ? null : time;
}

/** Hex, or an array of 32 bytes before soroban-sdk 20. */
function readNetworkId(json: JsonValue | undefined, path: string): string | null {
  if (json === undefined || json === null) return null;
  let hex = "";
  if (typeof json === "string") hex = json.toLowerCase();
  else if (isArray(json)) hex = json.map(hexByte).join("");
  if (!/^[0-9a-f]{64}$/.test(hex)) throw wrongField(path, "network_id", "64 hex digits", json);
  return /^0+$/.test(hex) ? null : hex;
}

/** Two hex digits, or "?", which fails the check of the whole. */
function hexByte(json: JsonValue): string {
  return typeof json === "bigint" && json >= 0n && json <= 255n ? json.toString(16).padStart(2, "0") : "?";
}

function wrongField(path: string, name: string, expected: string, found: JsonValue | undefined): ConfigurationError {
  const message =
    found === undefined ? `the ledger snapshot has no ${name}` : `the ledger snapshot's ${name} cannot be read`;
  return new ConfigurationError("snapshot_wrong_shape", message, {
    details: [`file: ${path}`, `found: ${describeJson(found)}`, `expected: ${expected}`],
    hints: ["create the snapshot again with `stellar snapshot create`; do not edit it by hand"],
  });
}

function wrongFormat(root: JsonValue, path: string): ConfigurationError {
  const { what, hint } = recognise(root);
  return new ConfigurationError("snapshot_wrong_format", `the file is JSON, but ${what}, not a ledger snapshot`, {
    details: [`file: ${path}`, `found: ${shapeOf(root)}`, EXPECTED],
    hints: [hint],
  });
}

/** Recognises the files most easily mistaken for a snapshot. */
function recognise(root: JsonValue): { what: string; hint: string } {
  const has = (...names: string[]) => isObject(root) && names.every((name) => member(root, name) !== undefined);
  if (has("jsonrpc") || has("entries", "latestLedger")) {
    return { what: "a response from a Soroban RPC node", hint: "name the node itself: --chain https://…" };
  }
  if (has("schemaVersion", "runId")) {
    return { what: "a report of this tool", hint: "name the snapshot that the report was made from" };
  }
  if (has("database") || has("policy")) {
    return { what: "a configuration file of this tool", hint: "name it with --config, and the snapshot with --chain" };
  }
  return {
    what: shapeOf(root),
    hint: "create one with `stellar snapshot create --address C… --output json --out FILE`",
  };
}

/** Keys and sizes only: a wrong file may contain secrets. */
function shapeOf(root: JsonValue): string {
  return isObject(root) || isArray(root) ? describeJson(root) : "a single value";
}
