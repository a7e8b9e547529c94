import { xdr } from "@stellar/stellar-base";
import type { PresetName } from "../../src/presets/presets.js";
import {
  accountId,
  address,
  contractId,
  i128,
  streamStruct,
  streamVal,
  struct,
  u64,
  unitVariant,
} from "./streampay-contract.js";
import type { TestLedger } from "./test-ledger.js";

/** The contract of every case. */
export const PRESET_CONTRACT = contractId(77);

/** A contract with streams in good order, and the database of its backend, which agrees: by SQL literals. */
export interface PresetCase {
  readonly preset: PresetName;
  readonly firstId: bigint;
  /** DDL that PostgreSQL and SQLite both take; `"Table"` is the first table of it. */
  readonly ddl: string;
  readonly table: string;
  /** The configuration's database section, where the preset's own defaults do not do. */
  readonly database?: object;
  readonly struct: (id: bigint) => Readonly<Record<string, xdr.ScVal>>;
  readonly row: (id: bigint) => Readonly<Record<string, string>>;
  readonly key: (id: bigint) => xdr.ScVal;
  readonly inInstance: boolean;
  readonly counter: (streams: bigint) => { readonly key: xdr.ScVal; readonly val: xdr.ScVal };
  /** For each compared field: the column, another value for it, and what the report then shows of both sides. */
  readonly changes: readonly (readonly [field: string, column: string, sql: string, db: string, chain: string])[];
  /** Whether a hole in the ids is a violation. */
  readonly countsHoles: boolean;
}

const symbol = (name: string) => xdr.ScVal.scvSymbol(name);
const u32 = (value: bigint | number) => xdr.ScVal.scvU32(Number(value));
const bool = (value: boolean) => xdr.ScVal.scvBool(value);
const none = xdr.ScVal.scvVoid();
const keyOf = (name: string, id: xdr.ScVal) => xdr.ScVal.scvVec([symbol(name), id]);
const text = (value: string | bigint) => `'${value}'`;

const SENDER = accountId(1);
const OTHER = accountId(9);
/** Of each stream its own, so that rows that were mixed up would show. */
const recipientOf = (id: bigint) => accountId(Number(id) + 20);
const TOKEN = contractId(3);
/** Beyond what a double can hold. */
const TOTAL = 9_007_199_254_740_993n;
const RELEASED = 4_000_000_000_000_001n;
const START = 1_690_000_000n;
const END = 1_800_000_000n;

const streampay: PresetCase = {
  preset: "streampay",
  firstId: 1n,
  table: "streams",
  ddl: `CREATE TABLE streams (id varchar(40), on_chain_id bigint, recipient_address varchar(60), total_amount numeric,
    released_amount varchar(60), status varchar(20), last_sync_ledger bigint)`,
  struct: (id) => fieldsOf(streamVal(streamStruct({ id, recipient: recipientOf(id) }))),
  row: (id) => ({
    ...{ id: text(`stream_${id}`), on_chain_id: `${id}`, recipient_address: text(recipientOf(id)) },
    ...{ total_amount: "2000", released_amount: text("1000"), status: text("active"), last_sync_ledger: "990" },
  }),
  key: (id) => keyOf("Stream", u64(id)),
  inInstance: false,
  counter: (streams) => ({ key: unitVariant("StreamCount"), val: u64(1n + streams) }),
  changes: [
    ["recipient", "recipient_address", text(OTHER), OTHER, recipientOf(1n)],
    ["total_amount", "total_amount", "2001", "2001", "2000"],
    ["released_amount", "released_amount", text("999"), "999", "1000"],
    ["status", "status", text("paused"), "paused", "Active"],
  ],
  countsHoles: true,
};

const SMALL_DDL = `CREATE TABLE pays (name varchar(40), chain_id integer, payer varchar(60), payee varchar(60),
  rate varchar(60), balance numeric, started bigint, ended bigint, active boolean, seen integer)`;

const streampayContracts: PresetCase = {
  preset: "streampay-contracts",
  firstId: 1n,
  table: "pays",
  ddl: SMALL_DDL,
  database: {
    ...{ table: "pays", streamId: "name", onChainId: "chain_id", cursor: { column: "seen" } },
    fields: {
      payer: { column: "payer" },
      recipient: { column: "payee" },
      rate_per_second: { column: "rate" },
      balance: { column: "balance" },
      start_time: { column: "started" },
      end_time: { column: "ended" },
      is_active: { column: "active" },
    },
  },
  struct: (id) => ({
    payer: address(SENDER),
    recipient: address(recipientOf(id)),
    rate_per_second: i128(50n),
    balance: i128(TOTAL),
    start_time: u64(START),
    end_time: u64(0n),
    is_active: bool(true),
  }),
  row: (id) => ({
    ...{
      name: text(`pay-${id}`),
      chain_id: `${id}`,
      payer: text(SENDER),
      payee: text(recipientOf(id)),
      rate: text(50n),
    },
    ...{ balance: `${TOTAL}`, started: `${START}`, ended: "0", active: "true", seen: "990" },
  }),
  key: (id) => keyOf("stream", u32(id)),
  inInstance: true,
  counter: (streams) => ({ key: symbol("next_id"), val: u32(1n + streams) }),
  changes: [
    ["payer", "payer", text(OTHER), OTHER, SENDER],
    ["recipient", "payee", text(OTHER), OTHER, recipientOf(1n)],
    ["rate_per_second", "rate", text(51n), "51", "50"],
    ["balance", "balance", "9007199254740992", "9007199254740992", `${TOTAL}`],
    ["start_time", "started", "1690000001", "1690000001", `${START}`],
    ["end_time", "ended", "1", "1", "0"],
    ["is_active", "active", "false", "false", "true"],
  ],
  countsHoles: false,
};

const streampayFork: PresetCase = {
  preset: "streampay-fork",
  firstId: 0n,
  table: "streams",
  ddl: `CREATE TABLE streams (id varchar(40), on_chain_id bigint, sender varchar(60), recipient varchar(60), total varchar(60),
    withdrawn varchar(60), starts bigint, ends bigint, status varchar(20), last_sync_ledger bigint)`,
  database: {
    fields: {
      sender: { column: "sender" },
      recipient: { column: "recipient" },
      total: { column: "total" },
      withdrawn: { column: "withdrawn" },
      start: { column: "starts" },
      end: { column: "ends" },
      status: { column: "status" },
    },
    statuses: { done: "Completed" },
  },
  struct: (id) => ({
    sender: address(SENDER),
    recipient: address(recipientOf(id)),
    total: i128(TOTAL),
    withdrawn: i128(RELEASED),
    start: u64(START),
    end: u64(END),
    status: u32(0),
  }),
  row: (id) => ({
    ...{ id: text(`f${id}`), on_chain_id: `${id}`, sender: text(SENDER), recipient: text(recipientOf(id)) },
    ...{ total: text(TOTAL), withdrawn: text(RELEASED), starts: `${START}`, ends: `${END}` },
    ...{ status: text("active"), last_sync_ledger: "990" },
  }),
  key: (id) => keyOf("Stream", u64(id)),
  inInstance: false,
  counter: (streams) => ({ key: unitVariant("Counter"), val: u64(streams) }),
  changes: [
    ["sender", "sender", text(OTHER), OTHER, SENDER],
    ["recipient", "recipient", text(OTHER), OTHER, recipientOf(0n)],
    ["total", "total", text(TOTAL + 1n), `${TOTAL + 1n}`, `${TOTAL}`],
    ["withdrawn", "withdrawn", text(0n), "0", `${RELEASED}`],
    ["start", "starts", "1", "1", `${START}`],
    ["end", "ends", "1900000000", "1900000000", `${END}`],
    ["status", "status", text("cancelled"), "cancelled", "Active"],
  ],
  countsHoles: false,
};

/** The account that FlowFi's worker files events under that concern no stream. */
const NOBODY = text("GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF");

const flowfi: PresetCase = {
  preset: "flowfi",
  firstId: 1n,
  table: '"Stream"',
  // One row for all streams, a column of a type that only one of the two databases has, and the row that is no stream.
  ddl: `CREATE TABLE "Stream" ("id" varchar(40), "streamId" bigint, "sender" text, "recipient" text, "tokenAddress" text,
    "ratePerSecond" text, "depositedAmount" text, "withdrawnAmount" text, "startTime" bigint, "lastUpdateTime" bigint,
    "endTime" bigint, "isActive" boolean, "isPaused" boolean NOT NULL DEFAULT false);
    INSERT INTO "Stream" VALUES ('uuid-0', 0, ${NOBODY}, ${NOBODY}, 'CDAA', '0', '0', '0', 0, 0, 0, false, false);
    CREATE TABLE "IndexerState" ("id" text, "lastLedger" integer); INSERT INTO "IndexerState" VALUES ('singleton', 990)`,
  struct: (id) => ({
    sender: address(SENDER),
    recipient: address(recipientOf(id)),
    token_address: address(TOKEN),
    rate_per_second: i128(5n),
    deposited_amount: i128(TOTAL),
    withdrawn_amount: i128(RELEASED),
    start_time: u64(START),
    last_update_time: u64(START + 10n),
    is_active: bool(true),
    // The newest deployments' fields on some streams, the first ones' struct on others.
    ...(id % 2n === 0n ? {} : LATER_FLOWFI),
  }),
  row: (id) => ({
    ...{ id: text(`uuid-${id}`), streamId: `${id}`, sender: text(SENDER), recipient: text(recipientOf(id)) },
    ...{
      tokenAddress: text(TOKEN),
      ratePerSecond: text(5n),
      depositedAmount: text(TOTAL),
      withdrawnAmount: text(RELEASED),
    },
    // The worker's own clock, which is never the contract's.
    ...{ startTime: `${START}`, lastUpdateTime: `${START + 777n}`, isActive: "true", isPaused: `${id % 2n === 1n}` },
  }),
  key: (id) => keyOf("Stream", u64(id)),
  inInstance: false,
  counter: (streams) => ({ key: unitVariant("StreamCounter"), val: u64(streams) }),
  changes: [
    ["sender", "sender", text(OTHER), OTHER, SENDER],
    ["recipient", "recipient", text(OTHER), OTHER, recipientOf(1n)],
    ["token_address", "tokenAddress", text(contractId(4)), contractId(4), TOKEN],
    ["rate_per_second", "ratePerSecond", text(6n), "6", "5"],
    ["deposited_amount", "depositedAmount", text(TOTAL - 1n), `${TOTAL - 1n}`, `${TOTAL}`],
    ["withdrawn_amount", "withdrawnAmount", text(RELEASED + 1n), `${RELEASED + 1n}`, `${RELEASED}`],
    ["start_time", "startTime", "1690000001", "1690000001", `${START}`],
    ["is_active", "isActive", "false", "false", "true"],
    ["paused", "isPaused", "false", "false", "true"],
  ],
  countsHoles: false,
};

const LATER_FLOWFI = {
  cliff_time: none,
  paused: bool(true),
  paused_at: u64(START + 20n),
  status: unitVariant("Paused"),
  schedule: xdr.ScVal.scvVec([symbol("HybridCliffLinear"), u64(START), i128(5n)]),
  arbiter: none,
  dispute_status: unitVariant("None"),
  is_allowance_based: bool(false),
};

/** With the row of a stream that moved to another contract. */
const STREAM_DDL = `CREATE TABLE "Stream" ("id" text, "streamId" text, "txHash" text, "sender" text, "receiver" text,
  "amount" text, "withdrawn" text, "duration" integer);
  INSERT INTO "Stream" VALUES ('uuid-v2', '1-v2', 'tx', ${text(SENDER)}, ${text(OTHER)}, '5', '0', 100)`;

const stellarstream: PresetCase = {
  preset: "stellarstream",
  firstId: 1n,
  table: '"Stream"',
  ddl: STREAM_DDL,
  struct: (id) => ({
    sender: address(SENDER),
    receiver: address(recipientOf(id)),
    token: address(TOKEN),
    amount: i128(TOTAL),
    withdrawn_amount: i128(RELEASED),
    start_time: u64(START),
    cliff_time: u64(START),
    end_time: u64(END),
    metadata: none,
  }),
  row: (id) => ({
    ...{ id: text(`uuid-${id}`), streamId: text(id), sender: text(SENDER), receiver: text(recipientOf(id)) },
    ...{ amount: text(TOTAL), withdrawn: text(RELEASED), duration: "100" },
  }),
  key: (id) => keyOf("Stream", u64(id)),
  inInstance: false,
  counter: (streams) => ({ key: unitVariant("StreamId"), val: u64(streams) }),
  changes: [
    ["sender", "sender", text(OTHER), OTHER, SENDER],
    ["receiver", "receiver", text(OTHER), OTHER, recipientOf(1n)],
    ["amount", "amount", text(TOTAL + 1n), `${TOTAL + 1n}`, `${TOTAL}`],
    ["withdrawn_amount", "withdrawn", text(1n), "1", `${RELEASED}`],
  ],
  countsHoles: false,
};

const stellarstreamInstance: PresetCase = {
  ...stellarstream,
  preset: "stellarstream-instance",
  firstId: 0n,
  struct: (id) => ({
    sender: address(SENDER),
    receiver: address(recipientOf(id)),
    token: address(TOKEN),
    total_amount: i128(TOTAL),
    withdrawn: i128(0n),
    withdrawn_amount: i128(RELEASED),
    start_time: u64(START),
    end_time: u64(END),
    cancelled: bool(false),
    milestones: xdr.ScVal.scvVec([]),
    curve_type: u32(0),
  }),
  key: (id) => keyOf("STR_CNT", u64(id)),
  inInstance: true,
  counter: (streams) => ({ key: symbol("STR_CNT"), val: u64(streams) }),
  changes: stellarstream.changes.map(([field, column, sql, db, chain]) =>
    field === "receiver" ? [field, column, sql, db, recipientOf(0n)] : [field, column, sql, db, chain],
  ),
};

const HQ_DDL = `CREATE TABLE "Stream" ("id" text, "streamId" text, "txHash" text, "version" integer, "sender" text,
  "receiver" text, contract_id text, "tokenAddress" text, "amount" text, "status" varchar(20), "withdrawn" text DEFAULT '0',
  "legacy" boolean, "migrated" boolean);
  INSERT INTO "Stream" VALUES ('cuid-v2', '1-v2', 'tx', 2, ${text(SENDER)}, ${text(OTHER)}, ${text(contractId(78))},
    NULL, '5', 'ACTIVE', '0', false, false);
  CREATE TABLE "SyncState" ("id" integer, "lastLedgerSequence" integer); INSERT INTO "SyncState" VALUES (1, 990)`;

const hqRow = (id: bigint) => ({
  ...{ id: text(`cuid-${id}`), streamId: text(id), sender: text(SENDER), receiver: text(recipientOf(id)) },
  ...{ contract_id: text(PRESET_CONTRACT), tokenAddress: text(TOKEN), amount: text(TOTAL), withdrawn: text(RELEASED) },
});

const stellarstreamHq: PresetCase = {
  ...stellarstreamInstance,
  preset: "stellarstream-hq",
  ddl: HQ_DDL,
  // Paused, cancelled, and archived once it had moved to V2.
  struct: (id) => ({ ...stellarstreamInstance.struct(id), state: u32([0, 1, 2, 2][Number(id % 4n)]!) }),
  row: (id) => ({ ...hqRow(id), status: text(["ACTIVE", "PAUSED", "CANCELED", "ARCHIVED"][Number(id % 4n)]!) }),
  changes: [...stellarstreamInstance.changes, ["status", "status", text("PAUSED"), "PAUSED", "Active"]],
};

const stellarstreamHqV2: PresetCase = {
  ...stellarstream,
  preset: "stellarstream-hq-v2",
  firstId: 0n,
  ddl: HQ_DDL,
  struct: (id) => ({
    sender: address(SENDER),
    receiver: address(recipientOf(id)),
    beneficiary: address(OTHER),
    token: address(TOKEN),
    total_amount: i128(TOTAL),
    withdrawn_amount: i128(RELEASED),
    start_time: u64(START),
    end_time: u64(END),
    cliff_time: u64(START),
    v1_stream_id: u64(0n),
    // Older deployments keep a flag, newer ones bits.
    ...(id % 2n === 0n ? { cancelled: bool(false) } : { packed_meta: xdr.ScVal.scvU128(new xdr.UInt128Parts(PACKED)) }),
  }),
  row: (id) => ({ ...hqRow(id), status: text("ACTIVE") }),
  counter: (streams) => ({ key: symbol("STR_V2"), val: u64(streams) }),
  changes: stellarstreamInstance.changes,
};

const PACKED = { hi: new xdr.Uint64(0n), lo: new xdr.Uint64(1n) };

const fluxora: PresetCase = {
  preset: "fluxora",
  firstId: 0n,
  table: "streams",
  ddl: `CREATE TABLE streams (id text, stream_id bigint, sender_address text, recipient_address text, amount text,
    withdrawn_amount text, rate_per_second text, start_time bigint, cliff_time bigint, end_time bigint, status text,
    cancelled_at bigint, synced integer)`,
  database: {
    ...{ table: "streams", onChainId: "stream_id", cursor: { column: "synced" } },
    fields: {
      stream_id: { column: "stream_id" },
      sender: { column: "sender_address" },
      recipient: { column: "recipient_address" },
      deposit_amount: { column: "amount" },
      withdrawn_amount: { column: "withdrawn_amount" },
      rate_per_second: { column: "rate_per_second" },
      start_time: { column: "start_time" },
      cliff_time: { column: "cliff_time" },
      end_time: { column: "end_time" },
      status: { column: "status" },
      cancelled_at: { column: "cancelled_at" },
    },
  },
  struct: (id) => ({
    stream_id: u64(id),
    sender: address(SENDER),
    recipient: address(recipientOf(id)),
    deposit_amount: i128(TOTAL),
    withdrawn_amount: i128(RELEASED),
    rate_per_second: i128(1n),
    start_time: u64(START),
    cliff_time: u64(START),
    end_time: u64(END),
    status: u32(id === 1n ? 3 : 0),
    cancelled_at: id === 1n ? u64(START + 5n) : none,
  }),
  row: (id) => ({
    ...{
      id: text(`stream-${id}`),
      stream_id: `${id}`,
      sender_address: text(SENDER),
      recipient_address: text(recipientOf(id)),
    },
    ...{ amount: text(TOTAL), withdrawn_amount: text(RELEASED), rate_per_second: text(1n) },
    ...{ start_time: `${START}`, cliff_time: `${START}`, end_time: `${END}`, synced: "990" },
    ...(id === 1n
      ? { status: text("cancelled"), cancelled_at: `${START + 5n}` }
      : { status: text("active"), cancelled_at: "NULL" }),
  }),
  key: (id) => keyOf("Stream", u64(id)),
  inInstance: false,
  counter: (streams) => ({ key: unitVariant("NextStreamId"), val: u64(streams) }),
  changes: [
    ["sender", "sender_address", text(OTHER), OTHER, SENDER],
    ["recipient", "recipient_address", text(OTHER), OTHER, recipientOf(0n)],
    ["deposit_amount", "amount", text(TOTAL + 1n), `${TOTAL + 1n}`, `${TOTAL}`],
    ["withdrawn_amount", "withdrawn_amount", text(0n), "0", `${RELEASED}`],
    ["rate_per_second", "rate_per_second", text(2n), "2", "1"],
    ["start_time", "start_time", "1", "1", `${START}`],
    ["cliff_time", "cliff_time", "1", "1", `${START}`],
    ["end_time", "end_time", "1", "1", `${END}`],
    ["status", "status", text("paused"), "paused", "Active"],
    ["cancelled_at", "cancelled_at", "0", "0", "null"],
  ],
  countsHoles: false,
};

export const PRESET_CASES: readonly PresetCase[] = [
  streampay,
  streampayContracts,
  { ...streampayContracts, preset: "streampay-contracts-persistent", inInstance: false },
  streampayFork,
  flowfi,
  stellarstream,
  stellarstreamInstance,
  stellarstreamHq,
  stellarstreamHqV2,
  fluxora,
];

/** Writes the contract and its streams; the counter counts `total` of them, which are not all there. */
export function putContract(
  ledger: TestLedger,
  contract: string,
  tried: PresetCase,
  ids: readonly bigint[],
  total: bigint,
): void {
  const { key, val } = tried.counter(total);
  const streams = ids.map((id) => new xdr.ScMapEntry({ key: tried.key(id), val: struct(tried.struct(id)) }));
  const storage = [new xdr.ScMapEntry({ key, val }), ...(tried.inInstance ? streams : [])];
  const executable = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32));
  // Changed longer ago than the greatest lag: a database without a cursor has had its time, too.
  const common = { contract, lastModified: 500, liveUntil: 900_000 };
  const instance = xdr.ScVal.scvContractInstance(new xdr.ScContractInstance({ executable, storage }));
  ledger.set({ ...common, key: xdr.ScVal.scvLedgerKeyContractInstance(), val: instance });
  if (tried.inInstance) return;
  for (const stream of streams) ledger.set({ ...common, key: stream.key(), val: stream.val() });
}

function fieldsOf(value: xdr.ScVal): Record<string, xdr.ScVal> {
  return Object.fromEntries((value.map() ?? []).map((entry) => [entry.key().sym().toString(), entry.val()]));
}
