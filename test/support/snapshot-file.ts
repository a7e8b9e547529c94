import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Address, hash, scValToBigInt, xdr } from "@stellar/stellar-base";
import { stringify } from "lossless-json";
import { openLedgerSnapshot } from "../../src/adapters/chain/ledger-snapshot/open-ledger-snapshot.js";
import type { OnChainClient } from "../../src/ports/on-chain-client.js";
import type { TestEntry, TestLedger } from "./test-ledger.js";

export interface SnapshotFormat {
  /** 1: `[key, [entry, live_until]]`; 2: `{entry, live_until}`; "compact": `[entry, live_until]`. */
  readonly version?: 1 | 2 | "compact";
  /** Inside `ledger`, with generators, auth and events beside it, as soroban-sdk tests write. */
  readonly wrapped?: boolean;
  /** "old": 64-bit integers as JSON numbers and wider ones as parts (up to protocol 22); "new": all as text. */
  readonly integers?: "old" | "new";
  /** "zeros" is what soroban-sdk tests write; else the hash of the ledger's passphrase. */
  readonly network?: "passphrase" | "zeros";
}

/** Any JSON; bigint is written as a number with all its digits. */
export type Json = null | boolean | string | number | bigint | readonly Json[] | { readonly [key: string]: Json };

/** Writes the ledger as a snapshot file, made from the Stellar library's objects, never by the code under test. */
export async function writeSnapshotFile(path: string, ledger: TestLedger, format?: SnapshotFormat): Promise<void> {
  await writeFile(path, snapshotText(ledger, format));
}

export function snapshotText(ledger: TestLedger, format: SnapshotFormat = {}): string {
  return jsonText(snapshotJson(ledger, format));
}

/** JSON text that keeps every digit of a bigint. */
export function jsonText(json: Json): string {
  return `${stringify(json, null, 2)}\n`;
}

interface SnapshotJson {
  readonly [key: string]: Json;
}

/** The snapshot as data, for tests that damage it before they write it. */
export function snapshotJson(ledger: TestLedger, format: SnapshotFormat = {}): SnapshotJson {
  const { version = 2, wrapped = false, integers = "new", network = "passphrase" } = format;
  const networkId = network === "zeros" ? "00".repeat(32) : hash(Buffer.from(ledger.passphrase)).toString("hex");
  const snapshot = {
    protocol_version: ledger.protocolVersion,
    sequence_number: ledger.sequence,
    timestamp: ledger.closeTime,
    network_id: networkId,
    base_reserve: 5_000_000,
    min_persistent_entry_ttl: 4096,
    min_temp_entry_ttl: 16,
    max_entry_ttl: 6_312_000,
    ledger_entries: [...ledger.entries.values()].map((entry) => elementJson(entry, version, integers)),
  };
  if (!wrapped) return snapshot;
  return { generators: { address: 1, nonce: 0 }, auth: [[]], ledger: snapshot, events: [] };
}

function elementJson(entry: TestEntry, version: 1 | 2 | "compact", integers: "old" | "new"): Json {
  const key = scValJson(entry.key, integers);
  const { contract, durability, lastModified, liveUntil } = entry;
  const ledgerEntry = {
    last_modified_ledger_seq: lastModified,
    data: { contract_data: { ext: "v0", contract, key, durability, val: scValJson(entry.val, integers) } },
    ext: "v0",
  };
  if (version === "compact") return [ledgerEntry, liveUntil];
  if (version === 2) return { entry: ledgerEntry, live_until: liveUntil };
  return [{ contract_data: { contract, key, durability } }, [ledgerEntry, liveUntil]];
}

/** One value as XDR-JSON (SEP-51). */
function scValJson(value: xdr.ScVal, integers: "old" | "new" = "new"): Json {
  const long = (integer: bigint): Json => (integers === "old" ? integer : integer.toString());
  const arm = value.switch();
  switch (arm) {
    case xdr.ScValType.scvBool():
      return { bool: value.b() };
    case xdr.ScValType.scvVoid():
      return "void";
    case xdr.ScValType.scvError():
      return { error: errorJson(value.error()) };
    case xdr.ScValType.scvU32():
      return { u32: value.u32() };
    case xdr.ScValType.scvI32():
      return { i32: value.i32() };
    case xdr.ScValType.scvU64():
    case xdr.ScValType.scvI64():
    case xdr.ScValType.scvTimepoint():
    case xdr.ScValType.scvDuration():
      return { [nameOf(arm)]: long(scValToBigInt(value)) };
    case xdr.ScValType.scvU128():
    case xdr.ScValType.scvI128():
      return { [nameOf(arm)]: integers === "new" ? long(scValToBigInt(value)) : partsJson(value, ["hi", "lo"]) };
    case xdr.ScValType.scvU256():
    case xdr.ScValType.scvI256():
      return {
        [nameOf(arm)]:
          integers === "new" ? long(scValToBigInt(value)) : partsJson(value, ["hi_hi", "hi_lo", "lo_hi", "lo_lo"]),
      };
    case xdr.ScValType.scvBytes():
      return { bytes: value.bytes().toString("hex") };
    case xdr.ScValType.scvString():
      return { string: escapeBytes(Buffer.from(value.str())) };
    case xdr.ScValType.scvSymbol():
      return { symbol: value.sym().toString() };
    case xdr.ScValType.scvVec():
      return { vec: value.vec()?.map((item) => scValJson(item, integers)) ?? null };
    case xdr.ScValType.scvMap():
      return { map: mapJson(value.map(), integers) };
    case xdr.ScValType.scvAddress():
      return { address: Address.fromScAddress(value.address()).toString() };
    case xdr.ScValType.scvContractInstance():
      return { contract_instance: instanceJson(value.instance(), integers) };
    case xdr.ScValType.scvLedgerKeyContractInstance():
      return "ledger_key_contract_instance";
    case xdr.ScValType.scvLedgerKeyNonce():
      return { ledger_key_nonce: { nonce: long(value.nonceKey().nonce().toBigInt()) } };
    default:
      throw new Error(`no spelling for ${arm.name}`);
  }
}

/** `scvU128` -> `u128`. */
const nameOf = (arm: xdr.ScValType): string => arm.name.slice("scv".length).toLowerCase();

function mapJson(entries: readonly xdr.ScMapEntry[] | null | undefined, integers: "old" | "new"): Json {
  if (entries === null || entries === undefined) return null;
  return entries.map((entry) => ({ key: scValJson(entry.key(), integers), val: scValJson(entry.val(), integers) }));
}

/** 64-bit limbs; the first carries the sign. */
function partsJson(value: xdr.ScVal, names: readonly string[]): Json {
  const bytes = value.toXDR().subarray(4);
  const signed = value.switch().name.startsWith("scvI");
  return Object.fromEntries(
    names.map((name, i) => [name, signed && i === 0 ? bytes.readBigInt64BE(0) : bytes.readBigUInt64BE(i * 8)]),
  );
}

function errorJson(error: xdr.ScError): Json {
  const type = snakeCase(error.switch().name.slice("sce".length));
  if (error.switch() === xdr.ScErrorType.sceContract()) return { [type]: error.contractCode() };
  return { [type]: snakeCase(error.code().name.slice("scec".length)) };
}

/** `WasmVm` -> `wasm_vm`. */
const snakeCase = (name: string): string => name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();

function instanceJson(instance: xdr.ScContractInstance, integers: "old" | "new"): Json {
  const executable = instance.executable();
  const isWasm = executable.switch() === xdr.ContractExecutableType.contractExecutableWasm();
  return {
    executable: isWasm ? { wasm: executable.wasmHash().toString("hex") } : "stellar_asset",
    storage: mapJson(instance.storage(), integers),
  };
}

/** Every byte outside printable ASCII escaped, as XDR-JSON does before JSON's own escaping. */
function escapeBytes(bytes: Uint8Array): string {
  const named: Readonly<Record<number, string>> = { 0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };
  return [...bytes]
    .map((byte) => {
      const printable = byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : undefined;
      return named[byte] ?? printable ?? `\\x${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
}

/** A folder of its own for one test file's snapshots. */
export async function snapshotFolder() {
  const folder = await mkdtemp(join(tmpdir(), "snapshots-"));
  let files = 0;
  const clients: OnChainClient[] = [];
  return {
    folder,
    async write(content: string | Uint8Array): Promise<string> {
      files += 1;
      const path = join(folder, `${files}.json`);
      await writeFile(path, content);
      return path;
    },
    /** Opens what `write` wrote; `remove` closes it. */
    async open(content: string | Uint8Array): Promise<OnChainClient> {
      const client = openLedgerSnapshot(await this.write(content));
      clients.push(client);
      return client;
    },
    async remove(): Promise<void> {
      await Promise.all(clients.map((client) => client.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
