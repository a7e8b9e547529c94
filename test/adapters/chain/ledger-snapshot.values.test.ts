import { Address, nativeToScVal, StrKey, xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import { type Json, jsonText, type SnapshotFormat, snapshotFolder, snapshotText } from "../../support/snapshot-file.js";
import { accountId, contractId, u64 } from "../../support/streampay-contract.js";
import { ledgerKeyOf, TestLedger } from "../../support/test-ledger.js";

const CONTRACT = contractId(1);

const FORMATS: readonly SnapshotFormat[] = [
  { version: 1, integers: "old" },
  { version: 1, integers: "new", wrapped: true },
  { version: 2, integers: "old", wrapped: true },
  { version: 2, integers: "new" },
  { version: "compact", integers: "new" },
];

const integer = (type: string, bits: number, signed: boolean) =>
  fc
    .bigInt(
      signed
        ? { min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n }
        : { min: 0n, max: 2n ** BigInt(bits) - 1n },
    )
    .map((value) => nativeToScVal(value, { type }));

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((b) => Buffer.from(b));

const addressVal = fc
  .oneof(
    bytes(32).map((key) => StrKey.encodeEd25519PublicKey(key)),
    bytes(32).map((key) => StrKey.encodeContract(key)),
    bytes(40).map((key) => StrKey.encodeMed25519PublicKey(key)),
    bytes(32).map((key) => StrKey.encodeClaimableBalance(Buffer.concat([Buffer.alloc(1), key]))),
    bytes(32).map((key) => StrKey.encodeLiquidityPool(key)),
  )
  .map((strKey) => new Address(strKey).toScVal());

const errorCodes = [
  xdr.ScErrorCode.scecArithDomain(),
  xdr.ScErrorCode.scecIndexBounds(),
  xdr.ScErrorCode.scecInvalidInput(),
  xdr.ScErrorCode.scecMissingValue(),
  xdr.ScErrorCode.scecExistingValue(),
  xdr.ScErrorCode.scecExceededLimit(),
  xdr.ScErrorCode.scecInvalidAction(),
  xdr.ScErrorCode.scecInternalError(),
  xdr.ScErrorCode.scecUnexpectedType(),
  xdr.ScErrorCode.scecUnexpectedSize(),
];
const errorTypes = [
  xdr.ScError.sceWasmVm,
  xdr.ScError.sceContext,
  xdr.ScError.sceStorage,
  xdr.ScError.sceObject,
  xdr.ScError.sceCrypto,
  xdr.ScError.sceEvents,
  xdr.ScError.sceBudget,
  xdr.ScError.sceValue,
  xdr.ScError.sceAuth,
];
const errorVal = fc.oneof(
  fc.nat(0xffff_ffff).map((code) => xdr.ScError.sceContract(code)),
  fc.tuple(fc.constantFrom(...errorTypes), fc.constantFrom(...errorCodes)).map(([type, code]) => type(code)),
);

const symbolText = fc.stringMatching(/^[A-Za-z0-9_]{0,32}$/);

const wasm = bytes(32).map((code) => xdr.ContractExecutable.contractExecutableWasm(code));
const asset = fc.constant(xdr.ContractExecutable.contractExecutableStellarAsset());

/** Any value that XDR can hold, made by the Stellar library. */
const scVal: fc.Arbitrary<xdr.ScVal> = fc.letrec<{ value: xdr.ScVal }>((tie) => {
  const entries = fc.array(
    fc.tuple(tie("value"), tie("value")).map(([key, val]) => new xdr.ScMapEntry({ key, val })),
    { maxLength: 3 },
  );
  const leaf = fc.oneof(
    fc.boolean().map((value) => xdr.ScVal.scvBool(value)),
    fc.constant(xdr.ScVal.scvVoid()),
    errorVal.map((error) => xdr.ScVal.scvError(error)),
    fc.nat(0xffff_ffff).map((value) => xdr.ScVal.scvU32(value)),
    fc.integer().map((value) => xdr.ScVal.scvI32(value)),
    integer("u64", 64, false),
    integer("i64", 64, true),
    fc.bigInt(0n, 2n ** 64n - 1n).map((value) => xdr.ScVal.scvTimepoint(new xdr.Uint64(value))),
    fc.bigInt(0n, 2n ** 64n - 1n).map((value) => xdr.ScVal.scvDuration(new xdr.Uint64(value))),
    integer("u128", 128, false),
    integer("i128", 128, true),
    integer("u256", 256, false),
    integer("i256", 256, true),
    fc.uint8Array({ maxLength: 40 }).map((value) => xdr.ScVal.scvBytes(Buffer.from(value))),
    fc.uint8Array({ maxLength: 40 }).map((value) => xdr.ScVal.scvString(Buffer.from(value))),
    symbolText.map((value) => xdr.ScVal.scvSymbol(value)),
    addressVal,
    fc.constant(xdr.ScVal.scvLedgerKeyContractInstance()),
    fc
      .bigInt(-(2n ** 63n), 2n ** 63n - 1n)
      .map((nonce) => xdr.ScVal.scvLedgerKeyNonce(new xdr.ScNonceKey({ nonce: new xdr.Int64(nonce) }))),
    fc.constant(nullOf("scvVec")),
    fc.constant(nullOf("scvMap")),
  );
  return {
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }).map((items) => xdr.ScVal.scvVec(items)),
      entries.map((items) => xdr.ScVal.scvMap(items)),
      fc
        .tuple(fc.oneof(wasm, asset), fc.option(entries))
        .map(([executable, storage]) =>
          xdr.ScVal.scvContractInstance(new xdr.ScContractInstance({ executable, storage })),
        ),
    ),
  };
}).value;

/** XDR allows a vector or map that is not there; the library's types do not, its decoder does. */
function nullOf(arm: "scvVec" | "scvMap"): xdr.ScVal {
  return xdr.ScVal.fromXDR(Buffer.from([0, 0, 0, arm === "scvVec" ? 16 : 17, 0, 0, 0, 0]));
}

let folder: Awaited<ReturnType<typeof snapshotFolder>>;
beforeAll(async () => {
  folder = await snapshotFolder();
});
afterAll(() => folder.remove());

const keyBytes = (key: xdr.ScVal, durability: "persistent" | "temporary" = "persistent") =>
  new Uint8Array(ledgerKeyOf({ contract: CONTRACT, key, durability }).toXDR());

const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");

describe("values of a ledger snapshot", () => {
  it("come out as the library's own bytes, whatever the spelling", async () => {
    const entry = fc.record({ key: scVal, val: scVal, durability: fc.constantFrom("persistent", "temporary") });
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...FORMATS),
        async (all, format) => {
          const ledger = new TestLedger();
          for (const { key, val, durability } of all) ledger.set({ contract: CONTRACT, key, val, durability });
          const client = await folder.open(snapshotText(ledger, format));
          const expected = [...ledger.entries.values()];
          const { entries } = await client.readEntries(
            expected.map(({ key, durability }) => keyBytes(key, durability)),
          );
          const found = entries.map((read) => (read?.kind === "entry" ? hex(read.value) : read));
          await client.close();
          expect(found).toEqual(expected.map(({ val }) => hex(val.toXDR())));
        },
      ),
      { numRuns: 300 },
    );
  });

  /** A one-entry V2 file around the JSON of a value, and how it is read. */
  async function readValue(json: Json) {
    const data = { contract_data: { ext: "v0", contract: CONTRACT, key: "void", durability: "persistent", val: json } };
    const entry = { last_modified_ledger_seq: 1, data, ext: "v0" };
    const text = jsonText({ sequence_number: 5, ledger_entries: [{ entry, live_until: null }] });
    const client = await folder.open(text);
    const { entries } = await client.readEntries([keyBytes(xdr.ScVal.scvVoid())]);
    return entries[0]!;
  }

  const deep = (levels: number): Json => (levels === 0 ? "void" : { vec: [deep(levels - 1)] });
  const nested = (levels: number): xdr.ScVal =>
    levels === 0 ? xdr.ScVal.scvVoid() : xdr.ScVal.scvVec([nested(levels - 1)]);
  const parts = { hi: "-1", lo: "18446744073709551615" };
  const POOL = "ab".repeat(32);

  it.each<[string, Json, xdr.ScVal]>([
    ["a u64 that JSON.parse would round", { u64: 9007199254740993n }, u64(9007199254740993n)],
    ["the greatest u64", { u64: 18446744073709551615n }, u64(18446744073709551615n)],
    ["parts written as text", { i128: parts }, nativeToScVal(-1n, { type: "i128" })],
    ["a $schema beside the arm", { $schema: "https://…", bool: true }, xdr.ScVal.scvBool(true)],
    ["capital hex digits", { bytes: "ABCDEF" }, xdr.ScVal.scvBytes(Buffer.from("abcdef", "hex"))],
    [
      "escapes, capital ones included",
      { string: "a\\0\\t\\n\\r\\\\\\xFf" },
      xdr.ScVal.scvString(Buffer.from("61000" + "90a0d5cff", "hex")),
    ],
    ["characters that were not escaped", { string: "é€" }, xdr.ScVal.scvString(Buffer.from("é€"))],
    ["a pool as hex", { address: POOL }, new Address(StrKey.encodeLiquidityPool(Buffer.from(POOL, "hex"))).toScVal()],
    [
      "a claimable balance as hex",
      { address: `00000000${POOL}` },
      new Address(StrKey.encodeClaimableBalance(Buffer.from(`00${POOL}`, "hex"))).toScVal(),
    ],
    ["deep nesting", deep(150), nested(150)],
  ])("reads %s", async (_name, json, expected) => {
    expect(await readValue(json)).toEqual({
      kind: "entry",
      value: new Uint8Array(expected.toXDR()),
      lastModifiedLedger: 1,
      liveUntilLedger: null,
    });
  });

  it.each<[string, Json, string]>([
    [
      "an arm of the future",
      { muxed_i512: "1" },
      'val: expected a type of value that this version knows, found an object with "muxed_i512"',
    ],
    ["an arm without value of the future", "nothingness", 'found the text "nothingness"'],
    ["two arms", { u32: 1, i32: 1 }, 'expected a name, or an object with one key, found an object with "u32", "i32"'],
    ["no arm", {}, "found an object with no keys"],
    ["a bare number", 5, "found the number 5"],
    ["a missing value", { vec: [null] }, "val.vec[0]: expected a name, or an object with one key, found null"],
    ["a fraction", { u64: 1.5 }, "val.u64: expected an unsigned 64-bit integer, found the number 1.5"],
    ["a u64 below zero", { u64: -1 }, "found the number -1"],
    ["a u64 above its range", { u64: "18446744073709551616" }, 'found the text "18446744073709551616"'],
    ["an i64 above its range", { i64: 9223372036854775808n }, "expected a signed 64-bit integer"],
    ["a u32 above its range", { u32: 4294967296 }, "expected an unsigned 32-bit integer"],
    ["an i128 above its range", { i128: (2n ** 127n).toString() }, "expected a signed 128-bit integer"],
    ["a number with spaces", { i128: " 1" }, 'found the text " 1"'],
    ["a number in hex", { i128: "0x10" }, 'found the text "0x10"'],
    ["an empty number", { i128: "" }, 'found the text ""'],
    ["a number of endless digits", { i128: "1".repeat(100) }, "found text of 100 characters"],
    ["a number of endless digits, unquoted", { i128: 10n ** 99n }, "found the number 1000"],
    ["a part too large", { i128: { hi: 0, lo: 2n ** 64n } }, "val.i128.lo: expected an unsigned 64-bit integer"],
    [
      "a part missing",
      { u256: { hi_hi: 0, hi_lo: 0, lo_hi: 0 } },
      "val.u256.lo_lo: expected an unsigned 64-bit integer, found nothing",
    ],
    ["a part of the prototype", { i128: { hi: 0, toString: 1 } }, "val.i128.lo: expected"],
    ["a boolean as a number", { bool: 1 }, "val.bool: expected true or false"],
    ["void with a value", { void: null }, 'val.void: expected the bare text "void"'],
    ["half a byte", { bytes: "abc" }, "val.bytes: expected bytes as hex digits"],
    ["bytes as numbers", { bytes: [1, 2] }, "found an array of 2"],
    ["an unknown escape", { string: "\\q" }, "val.string: expected only escapes"],
    ["a capital escape", { string: "\\X41" }, "val.string: expected only escapes"],
    ["half an escape", { string: "\\x4" }, "val.string: expected only escapes"],
    ["a backslash at the end", { string: "a\\" }, "val.string: expected only escapes"],
    ["a text whose bytes were lost", { string: "a\ufffd" }, "val.string: expected text"],
    ["a text with half a surrogate pair", { string: "a\ud800" }, "val.string: expected text"],
    ["a symbol of 33 characters", { symbol: "a".repeat(33) }, "val.symbol: expected a symbol of at most 32"],
    ["a symbol beyond ASCII", { symbol: "é" }, "val.symbol: expected a symbol"],
    ["an address with a typing error", { address: accountId(1).replace(/.$/, "A") }, "(this is: wrong checksum)"],
    ["an address that is a number", { address: 7 }, "val.address: expected an address"],
    ["a vector that is an object", { vec: {} }, "val.vec: expected an array or null"],
    ["a map that is an object", { map: { a: 1 } }, "val.map: expected an array or null"],
    ["a map of pairs", { map: [["a", "b"]] }, "val.map[0]: expected an object with key and val"],
    ["a map entry without value", { map: [{ key: "void" }] }, "val.map[0].val: expected"],
    ["an error of an unknown type", { error: { weather: "rain" } }, "val.error: expected a known error type"],
    ["an error with an unknown code", { error: { budget: "rain" } }, "val.error.budget: expected a known error code"],
    ["an error with a number for a code", { error: { budget: 1 } }, "val.error.budget: expected a known error code"],
    ["a nonce without its object", { ledger_key_nonce: 5 }, "val.ledger_key_nonce: expected an object with the nonce"],
    ["an instance that is text", { contract_instance: "x" }, "val.contract_instance: expected an object"],
    [
      "an executable of the future",
      { contract_instance: { executable: { evm: "" }, storage: null } },
      "executable: expected wasm",
    ],
    [
      "a short wasm hash",
      { contract_instance: { executable: { wasm: "abcd" }, storage: null } },
      "executable.wasm: expected 32 bytes",
    ],
    [
      "an instance without storage",
      { contract_instance: { executable: "stellar_asset" } },
      "storage: expected an array or null, found nothing",
    ],
    ["nesting beyond any ledger's", deep(250), "expected at most 200 levels of nesting"],
    [
      "a wrong value deep inside",
      { map: [{ key: "void", val: { vec: [{ u32: "x" }] } }] },
      "val.map[0].val.vec[0].u32: expected",
    ],
    ["booleans in place of numbers", { u32: true }, "found true"],
    ["many keys", Object.fromEntries([..."abcdefghij"].map((name) => [name, 1])), '"h" and 2 more'],
  ])("answers a fault for %s", async (_name, json, message) => {
    const fault = await readValue(json);
    expect(fault).toMatchObject({ kind: "fault", code: "snapshot_entry_unreadable" });
    expect((fault as { message: string }).message).toContain(message);
    expect((fault as { message: string }).message).toContain("ledger_entries[0] of the snapshot cannot be read: data.");
  });
});
