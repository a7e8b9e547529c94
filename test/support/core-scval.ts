import { Address, StrKey, XdrLargeInt, xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import type { ScMapEntry, ScVal } from "../../src/core/xdr/scval.js";

/** The same value built by the Stellar library alone: nothing of the code under test takes part. */
export function toOracle(value: ScVal): xdr.ScVal {
  switch (value.type) {
    case "bool":
      return xdr.ScVal.scvBool(value.value);
    case "void":
      return xdr.ScVal.scvVoid();
    case "error":
      return xdr.ScVal.scvError(oracleError(value.errorType, value.code));
    case "u32":
      return xdr.ScVal.scvU32(value.value);
    case "i32":
      return xdr.ScVal.scvI32(value.value);
    case "u64":
      return xdr.ScVal.scvU64(uint64(value.value));
    case "i64":
      return xdr.ScVal.scvI64(int64(value.value));
    case "timepoint":
      return xdr.ScVal.scvTimepoint(uint64(value.value));
    case "duration":
      return xdr.ScVal.scvDuration(uint64(value.value));
    case "u128":
      return new XdrLargeInt("u128", value.value).toU128();
    case "i128":
      return new XdrLargeInt("i128", value.value).toI128();
    case "u256":
      return new XdrLargeInt("u256", value.value).toU256();
    case "i256":
      return new XdrLargeInt("i256", value.value).toI256();
    case "bytes":
      return xdr.ScVal.scvBytes(Buffer.from(value.value));
    case "string":
      return xdr.ScVal.scvString(Buffer.from(value.value));
    case "symbol":
      return xdr.ScVal.scvSymbol(value.value);
    case "vec":
      // The library's types know no absent vector; its XDR does.
      return xdr.ScVal.scvVec(value.value === null ? (null as unknown as xdr.ScVal[]) : value.value.map(toOracle));
    case "map":
      return xdr.ScVal.scvMap(value.value === null ? null : value.value.map(oracleEntry));
    case "address":
      return new Address(value.value).toScVal();
    case "contract_instance":
      return xdr.ScVal.scvContractInstance(
        new xdr.ScContractInstance({
          executable:
            value.wasmHash === null
              ? xdr.ContractExecutable.contractExecutableStellarAsset()
              : xdr.ContractExecutable.contractExecutableWasm(Buffer.from(value.wasmHash)),
          storage: value.storage === null ? null : value.storage.map(oracleEntry),
        }),
      );
    case "ledger_key_contract_instance":
      return xdr.ScVal.scvLedgerKeyContractInstance();
    case "ledger_key_nonce":
      return xdr.ScVal.scvLedgerKeyNonce(new xdr.ScNonceKey({ nonce: int64(value.value) }));
  }
}

/** XDR as the library writes it, as a plain Uint8Array. */
export const oracleBytes = (value: ScVal): Uint8Array => Uint8Array.from(toOracle(value).toXDR());

const uint64 = (value: bigint) => xdr.Uint64.fromString(value.toString());
const int64 = (value: bigint) => xdr.Int64.fromString(value.toString());

const oracleEntry = ({ key, val }: ScMapEntry) => new xdr.ScMapEntry({ key: toOracle(key), val: toOracle(val) });

/** The library builds errors by name only; from XDR of type and code it takes any that exists. */
function oracleError(errorType: number, code: number): xdr.ScError {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(errorType, 0);
  bytes.writeUInt32BE(code, 4);
  return xdr.ScError.fromXDR(bytes);
}

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

/** Strkeys of each kind that an SCAddress can be, as the library writes them. */
export const addressArbitraries = {
  account: bytesOf(32).map((bytes) => StrKey.encodeEd25519PublicKey(Buffer.from(bytes))),
  contract: bytesOf(32).map((bytes) => StrKey.encodeContract(Buffer.from(bytes))),
  muxed: bytesOf(40).map((bytes) => StrKey.encodeMed25519PublicKey(Buffer.from(bytes))),
  "claimable-balance": bytesOf(32).map((bytes) => StrKey.encodeClaimableBalance(Buffer.from([0, ...bytes]))),
  "liquidity-pool": bytesOf(32).map((bytes) => StrKey.encodeLiquidityPool(Buffer.from(bytes))),
} as const;

/** Integers of a width, its ends and the neighbourhood of zero as likely as everything between. */
export function integers(bits: number, signed: boolean): fc.Arbitrary<bigint> {
  const max = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  const min = signed ? -max - 1n : 0n;
  const ends = [min, min + 1n, 0n, 1n, max - 1n, max, ...(signed ? [-1n] : [])];
  return fc.oneof(fc.constantFrom(...ends), fc.bigInt({ min, max }));
}

const integer = (type: Extract<ScVal, { value: bigint }>["type"], bits: number, signed: boolean): fc.Arbitrary<ScVal> =>
  integers(bits, signed).map((value) => ({ type, value }));

const symbolText = fc.string({ unit: "binary-ascii", maxLength: 32 });

const atoms: readonly fc.Arbitrary<ScVal>[] = [
  fc.boolean().map((value) => ({ type: "bool", value }) as const),
  fc.constant({ type: "void" } as const),
  integers(32, false).map((code) => ({ type: "error", errorType: 0, code: Number(code) }) as const),
  fc.record({ type: fc.constant("error" as const), errorType: fc.nat({ max: 9 }), code: fc.nat({ max: 9 }) }),
  integers(32, false).map((value) => ({ type: "u32", value: Number(value) }) as const),
  integers(32, true).map((value) => ({ type: "i32", value: Number(value) }) as const),
  integer("u64", 64, false),
  integer("timepoint", 64, false),
  integer("duration", 64, false),
  integer("i64", 64, true),
  integer("ledger_key_nonce", 64, true),
  integer("u128", 128, false),
  integer("i128", 128, true),
  integer("u256", 256, false),
  integer("i256", 256, true),
  fc.uint8Array({ maxLength: 40 }).map((value) => ({ type: "bytes", value }) as const),
  fc.uint8Array({ maxLength: 40 }).map((value) => ({ type: "string", value }) as const),
  symbolText.map((value) => ({ type: "symbol", value }) as const),
  fc.oneof(...Object.values(addressArbitraries)).map((value) => ({ type: "address", value }) as const),
  fc.constant({ type: "ledger_key_contract_instance" } as const),
];

/** Values of every arm, nested a few levels deep. */
export const scVals: fc.Arbitrary<ScVal> = fc.letrec<{ value: ScVal }>((tie) => {
  // No map has a key twice.
  const entries = fc.uniqueArray(fc.record({ key: tie("value"), val: tie("value") }), {
    maxLength: 4,
    selector: ({ key }) => Buffer.from(oracleBytes(key)).toString("hex"),
  });
  return {
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(...atoms),
      fc.option(fc.array(tie("value"), { maxLength: 4 })).map((value) => ({ type: "vec", value }) as const),
      fc.option(entries).map((value) => ({ type: "map", value }) as const),
      fc.record({
        type: fc.constant("contract_instance" as const),
        wasmHash: fc.option(bytesOf(32)),
        storage: fc.option(entries),
      }),
    ),
  };
}).value;

export const ALL_ARMS: readonly ScVal["type"][] = [
  ...(["bool", "void", "error", "u32", "i32", "u64", "i64", "timepoint", "duration", "u128", "i128", "u256"] as const),
  ...(["i256", "bytes", "string", "symbol", "vec", "map", "address", "contract_instance"] as const),
  ...(["ledger_key_contract_instance", "ledger_key_nonce"] as const),
];
