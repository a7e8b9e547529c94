import { hex, utf8Text } from "../values/byte-text.js";
import { cut, cutItems } from "../values/cut.js";
import type { ScMapEntry, ScVal } from "./scval.js";

/** The JSON that `scValJson` returns. Integers are decimal strings. */
export type ScValJson = string | { readonly [arm: string]: unknown };

/** More values, and deeper ones, than any stream has: the rest is cut, with a word about it. */
const MOST_VALUES = 10_000;
const MOST_LEVELS = 20;

/** Converts a value to JSON with its types: `{"u64": "7"}`, `{"vec": [{"symbol": "Stream"}, …]}`, `"void"`. */
export const scValJson = (value: ScVal): ScValJson => jsonOf(value, { values: MOST_VALUES, levels: MOST_LEVELS });

/** What of a value may still be shown: one count for all of it, and the levels below each of its parts. */
interface Room {
  values: number;
  levels: number;
}

function jsonOf(value: ScVal, room: Room): ScValJson {
  room.values -= 1;
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
      return { [value.type]: cut(value.type === "string" ? textOrHex(value.value) : hex(value.value)) };
    case "vec":
      return { vec: listJson(value.value, room, jsonOf) };
    case "map":
      return { map: listJson(value.value, room, entryJson) };
    case "contract_instance": {
      const { wasmHash, storage } = value;
      const executable = wasmHash === null ? "stellar_asset" : { wasm: hex(wasmHash) };
      return { contract_instance: { executable, storage: listJson(storage, room, entryJson) } };
    }
    default:
      return { [value.type]: String(value.value) };
  }
}

function listJson<T>(items: readonly T[] | null, room: Room, json: (item: T, room: Room) => unknown) {
  if (items === null) return null;
  const shown: unknown[] = [];
  room.levels -= 1;
  for (const item of items) {
    if (room.values <= 0 || room.levels < 0) {
      shown.push(cutItems(items.length - shown.length));
      break;
    }
    shown.push(json(item, room));
  }
  room.levels += 1;
  return shown;
}

const entryJson = ({ key, val }: ScMapEntry, room: Room) => ({ key: jsonOf(key, room), val: jsonOf(val, room) });

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

const textOrHex = (bytes: Uint8Array): string => utf8Text(bytes) ?? `0x${hex(bytes)}`;

/** What kind of value it is: nearly what Rust calls it. */
export function typeName(value: ScVal): string {
  if (value.type === "void") return "None";
  if (value.type === "vec" && value.value?.[0]?.type === "symbol") return "enum";
  return value.type.replaceAll("_", " ");
}

/** What was found, for messages: `u32 7`; the type alone where the value may be long. */
export function typedText(value: ScVal): string {
  const isShort = "value" in value && typeof value.value !== "object";
  return isShort ? `${typeName(value)} ${value.value}` : typeName(value);
}

/** A storage key as the configuration writes it: `["Stream", {"u64": "7"}]`. */
export function keyText(key: ScVal): string {
  switch (key.type) {
    case "symbol":
      return JSON.stringify(key.value);
    case "vec":
      return `[${(key.value ?? []).map(keyText).join(", ")}]`;
    case "u32":
    case "u64":
    case "i128":
    case "address":
      return `{"${key.type}": "${key.value}"}`;
    case "string":
      return `{"string": ${scValText(key)}}`;
    default:
      return typeName(key);
  }
}
