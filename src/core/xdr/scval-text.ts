import type { ScVal } from "./scval.js";

/** The JSON that `scValJson` returns. Integers are decimal strings. */
export type ScValJson = string | { readonly [arm: string]: unknown };

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Converts a value to JSON with its types: `{"u64": "7"}`, `{"vec": [{"symbol": "Stream"}, …]}`, `"void"`. */
export function scValJson(value: ScVal): ScValJson {
  switch (value.type) {
    case "void":
    case "ledger_key_contract_instance":
      return value.type;
    case "bool":
      return { bool: value.value };
    case "error":
      return { error: { type: value.errorType, code: value.code } };
    case "bytes":
    case "string":
      return { [value.type]: value.type === "string" ? textOrHex(value.value) : hex(value.value) };
    case "vec":
      return { vec: value.value === null ? null : value.value.map(scValJson) };
    case "map":
      return { map: value.value === null ? null : value.value.map(entryJson) };
    case "contract_instance": {
      const { wasmHash, storage } = value;
      const executable = wasmHash === null ? "stellar_asset" : { wasm: hex(wasmHash) };
      return { contract_instance: { executable, storage: storage === null ? null : storage.map(entryJson) } };
    }
    default:
      return { [value.type]: String(value.value) };
  }
}

const entryJson = ({ key, val }: { readonly key: ScVal; readonly val: ScVal }) => ({
  key: scValJson(key),
  val: scValJson(val),
});

/** Formats a value on one line for people: `Stream(7)` for a Rust enum, `{name: 7}` for a struct. */
export function scValText(value: ScVal): string {
  switch (value.type) {
    case "void":
      return "void";
    case "ledger_key_contract_instance":
      return "contract instance";
    case "error":
      return `error ${value.errorType}/${value.code}`;
    case "bytes":
      return `0x${hex(value.value)}`;
    case "string":
      return JSON.stringify(textOrHex(value.value));
    case "vec":
      return vecText(value.value ?? []);
    case "map":
      return `{${(value.value ?? []).map(({ key, val }) => `${scValText(key)}: ${scValText(val)}`).join(", ")}}`;
    case "contract_instance":
      return "contract instance";
    default:
      return String(value.value);
  }
}

function vecText(items: readonly ScVal[]): string {
  const [first, ...rest] = items;
  if (first?.type !== "symbol") return `(${items.map(scValText).join(", ")})`;
  return rest.length === 0 ? first.value : `${first.value}(${rest.map(scValText).join(", ")})`;
}

function textOrHex(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `0x${hex(bytes)}`;
  }
}
