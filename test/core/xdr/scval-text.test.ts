import type { ScVal } from "../../../src/core/xdr/scval.js";
import { keyText, scValJson, scValText, typedText } from "../../../src/core/xdr/scval-text.js";

const symbol = (value: string): ScVal => ({ type: "symbol", value });
const bytes = (text: string) => new TextEncoder().encode(text);
const entry = { key: symbol("id"), val: { type: "u64", value: 7n } as ScVal };

it.each<[ScVal, string, unknown]>([
  [{ type: "void" }, "void", "void"],
  [{ type: "bool", value: true }, "true", { bool: true }],
  [{ type: "u32", value: 7 }, "7", { u32: "7" }],
  [{ type: "i128", value: -(2n ** 100n) }, String(-(2n ** 100n)), { i128: String(-(2n ** 100n)) }],
  [{ type: "error", errorType: 1, code: 2 }, "error 1/2", { error: { type: 1, code: 2 } }],
  [{ type: "bytes", value: Uint8Array.of(1, 255) }, "0x01ff", { bytes: "01ff" }],
  [{ type: "string", value: bytes('a"b') }, '"a\\"b"', { string: 'a"b' }],
  [{ type: "string", value: Uint8Array.of(255) }, '"0xff"', { string: "0xff" }],
  [{ type: "vec", value: [symbol("Active")] }, "Active", { vec: [{ symbol: "Active" }] }],
  [{ type: "vec", value: [symbol("Stream"), entry.val] }, "Stream(7)", { vec: [{ symbol: "Stream" }, { u64: "7" }] }],
  [{ type: "vec", value: [entry.val, entry.val] }, "(7, 7)", { vec: [{ u64: "7" }, { u64: "7" }] }],
  [{ type: "vec", value: null }, "()", { vec: null }],
  [{ type: "map", value: [entry] }, "{id: 7}", { map: [{ key: { symbol: "id" }, val: { u64: "7" } }] }],
  [{ type: "map", value: null }, "{}", { map: null }],
  [{ type: "ledger_key_contract_instance" }, "contract instance", "ledger_key_contract_instance"],
  [
    { type: "contract_instance", wasmHash: Uint8Array.of(1), storage: [entry] },
    "contract instance",
    {
      contract_instance: {
        executable: { wasm: "01" },
        storage: [{ key: { symbol: "id" }, val: { u64: "7" } }],
      },
    },
  ],
  [
    { type: "contract_instance", wasmHash: null, storage: null },
    "contract instance",
    { contract_instance: { executable: "stellar_asset", storage: null } },
  ],
])("case %#", (value, text, json) => {
  expect(scValText(value)).toBe(text);
  expect(scValJson(value)).toEqual(json);
});

it.each<[ScVal, string]>([
  [{ type: "u32", value: 7 }, "u32 7"],
  [{ type: "bool", value: false }, "bool false"],
  [symbol("Active"), "symbol Active"],
  [{ type: "void" }, "None"],
  [{ type: "string", value: bytes("long") }, "string"],
  [{ type: "vec", value: [symbol("Active")] }, "enum"],
  [{ type: "vec", value: null }, "vec"],
  [{ type: "map", value: [entry] }, "map"],
  [{ type: "contract_instance", wasmHash: null, storage: null }, "contract instance"],
])("type and value of case %#, the value where it is short", (value, text) => {
  expect(typedText(value)).toBe(text);
});

it.each<[ScVal, string]>([
  [{ type: "vec", value: [symbol("stream"), entry.val] }, '["stream", {"u64": "7"}]'],
  [{ type: "vec", value: null }, "[]"],
  [{ type: "address", value: "G1" }, '{"address": "G1"}'],
  [{ type: "string", value: bytes('a"b') }, '{"string": "a\\"b"}'],
  [{ type: "bool", value: true }, "bool"],
])("the key of case %# as the configuration writes it", (key, text) => {
  expect(keyText(key)).toBe(text);
});
