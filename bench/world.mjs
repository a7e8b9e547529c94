// The world that the benchmark compares: N streams that agree on both sides, except one in every `differEvery`.
// Everything is a function of the stream's id, so that server, database and clients share no files.

import { encodeStrKey } from "../dist/core/values/strkey.js";
import { encodeScVal } from "../dist/core/xdr/encode.js";
import { contractDataKey, instanceKey } from "../dist/core/xdr/ledger-key.js";

const filled = (seed) => new Uint8Array(32).fill(seed);
export const CONTRACT = encodeStrKey("contract", filled(9));
const TOKEN = encodeStrKey("contract", filled(3));
export const PASSPHRASE = "Standalone Network ; February 2017";
export const LEDGER = 1_000_000;
export const LEDGER_TIME = 1_790_000_000;

const symbol = (value) => ({ type: "symbol", value });
const u64 = (value) => ({ type: "u64", value: BigInt(value) });
const i128 = (value) => ({ type: "i128", value });
const address = (value) => ({ type: "address", value });
const map = (fields) => ({
  type: "map",
  value: Object.keys(fields)
    .sort()
    .map((name) => ({ key: symbol(name), val: fields[name] })),
});

function party(id, salt) {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, id);
  bytes[31] = salt;
  return encodeStrKey("account", bytes);
}

/** The contract's stream `id`: running, half vested, a third released. */
export function streamOf(id) {
  const total = 1_000_000_000_000n + BigInt(id) * 7_919n;
  return { id, sender: party(id, 1), recipient: party(id, 2), total, released: total / 3n };
}

const base64 = (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

function row(key, value, lastModified) {
  // LedgerEntryData: type, ext 0, then the key's own bytes after its type, then the value.
  const xdr = Buffer.concat([key.subarray(0, 4), new Uint8Array(4), key.subarray(4), value]);
  const text = base64(key);
  return [
    text,
    `{"key":"${text}","xdr":"${xdr.toString("base64")}","lastModifiedLedgerSeq":${lastModified},"liveUntilLedgerSeq":${LEDGER + 500_000},"extXdr":"AAAAAA=="}`,
  ];
}

/** The ledger key of stream `id`, as bytes. */
export const streamKey = (contract, id) =>
  contractDataKey(contract, { type: "vec", value: [symbol("Stream"), u64(id)] });

/** Yields [base64 key, JSON row] for every entry. */
export function* rows(count) {
  let owed = 0n;
  for (let id = 1; id <= count; id++) {
    const s = streamOf(id);
    owed += s.total - s.released;
    const value = map({
      id: u64(id),
      sender: address(s.sender),
      recipient: address(s.recipient),
      token: address(TOKEN),
      total_amount: i128(s.total),
      released_amount: i128(s.released),
      start_time: u64(1_780_000_000),
      end_time: u64(1_800_000_000),
      duration: u64(20_000_000),
      last_update: u64(1_789_000_000),
      status: { type: "vec", value: [symbol("Active")] },
      paused_at: u64(0),
      total_paused_duration: u64(0),
      fee_bps: { type: "u32", value: 0 },
    });
    const key = streamKey(CONTRACT, id);
    yield row(key, encodeScVal(value), 900_000);
  }
  const counter = { key: { type: "vec", value: [symbol("StreamCount")] }, val: u64(count + 1) };
  const instance = { type: "contract_instance", wasmHash: new Uint8Array(32), storage: [counter] };
  yield row(instanceKey(CONTRACT), encodeScVal(instance), 900_000);
  const balanceKey = { type: "vec", value: [symbol("Balance"), address(CONTRACT)] };
  const balance = map({
    amount: i128(owed),
    authorized: { type: "bool", value: true },
    clawback: { type: "bool", value: false },
  });
  yield row(contractDataKey(TOKEN, balanceKey), encodeScVal(balance), 900_000);
}

/** The database row of stream `id`; in one of every `differEvery`, the released amount is one unit lower. */
export function dbRow(id, differEvery) {
  const s = streamOf(id);
  const differs = differEvery > 0 && id % differEvery === 0;
  return [
    `stream_${id}`,
    id,
    s.recipient,
    String(s.total),
    String(differs ? s.released - 1n : s.released),
    "active",
    990_000,
  ];
}

/** In the same order as dbRow. */
export const COLUMNS = "id, on_chain_id, recipient_address, total_amount, released_amount, status, last_sync_ledger";
