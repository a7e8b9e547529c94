import { Address, nativeToScVal, StrKey, xdr } from "@stellar/stellar-base";
import type { TestLedger } from "./test-ledger.js";

/** The escrow's struct of 14 fields, as StreamPay's contract stores it. Amounts in base units, times in seconds. */
export interface StreamStruct {
  readonly id: bigint;
  readonly sender: string;
  readonly recipient: string;
  readonly token: string;
  readonly total_amount: bigint;
  readonly released_amount: bigint;
  readonly start_time: bigint;
  readonly end_time: bigint;
  readonly duration: bigint;
  readonly last_update: bigint;
  readonly status: string;
  readonly paused_at: bigint;
  readonly total_paused_duration: bigint;
  readonly fee_bps: number;
}

const seeded = (seed: number) =>
  Buffer.alloc(32, 0)
    .fill(seed & 0xff, 0, 16)
    .fill((seed >> 8) & 0xff, 16);
/** A valid G… address that depends on the seed alone. */
export const accountId = (seed: number): string => StrKey.encodeEd25519PublicKey(seeded(seed));
/** A valid C… address that depends on the seed alone. */
export const contractId = (seed: number): string => StrKey.encodeContract(seeded(seed));

/** A stream in good order, half of it released; override what a test is about. */
export function streamStruct(overrides: Partial<StreamStruct> = {}): StreamStruct {
  return {
    id: 1n,
    sender: accountId(1),
    recipient: accountId(2),
    token: contractId(3),
    total_amount: 2_000n,
    released_amount: 1_000n,
    start_time: 1_000n,
    end_time: 2_000n,
    duration: 1_000n,
    last_update: 1_500n,
    status: "Active",
    paused_at: 0n,
    total_paused_duration: 0n,
    fee_bps: 0,
    ...overrides,
  };
}

export const u64 = (value: bigint): xdr.ScVal => nativeToScVal(value, { type: "u64" });
export const i128 = (value: bigint): xdr.ScVal => nativeToScVal(value, { type: "i128" });
export const address = (value: string): xdr.ScVal => new Address(value).toScVal();
/** `enum` without explicit integers: a vector that holds the variant's name. */
export const unitVariant = (name: string): xdr.ScVal => xdr.ScVal.scvVec([xdr.ScVal.scvSymbol(name)]);
export const streamKey = (id: bigint): xdr.ScVal => xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), u64(id)]);

/** A named struct: a map with symbol keys, sorted by name as the contract's host requires. */
export function struct(fields: Record<string, xdr.ScVal>): xdr.ScVal {
  const names = Object.keys(fields).sort();
  return xdr.ScVal.scvMap(
    names.map((name) => new xdr.ScMapEntry({ key: xdr.ScVal.scvSymbol(name), val: fields[name]! })),
  );
}

export function streamVal(stream: StreamStruct): xdr.ScVal {
  return struct({
    id: u64(stream.id),
    sender: address(stream.sender),
    recipient: address(stream.recipient),
    token: address(stream.token),
    total_amount: i128(stream.total_amount),
    released_amount: i128(stream.released_amount),
    start_time: u64(stream.start_time),
    end_time: u64(stream.end_time),
    duration: u64(stream.duration),
    last_update: u64(stream.last_update),
    status: unitVariant(stream.status),
    paused_at: u64(stream.paused_at),
    total_paused_duration: u64(stream.total_paused_duration),
    fee_bps: xdr.ScVal.scvU32(stream.fee_bps),
  });
}

/** Writes a stream under its own id, or under `keyId` to plant a mismatch. */
export function putStream(
  ledger: TestLedger,
  contract: string,
  stream: StreamStruct,
  options: { keyId?: bigint; lastModified?: number; liveUntil?: number | null } = {},
): void {
  ledger.set({
    contract,
    key: streamKey(options.keyId ?? stream.id),
    val: streamVal(stream),
    lastModified: options.lastModified ?? ledger.sequence,
    liveUntil: options.liveUntil === undefined ? ledger.sequence + 100_000 : options.liveUntil,
  });
}
