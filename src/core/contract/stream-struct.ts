import { hex, utf8Text } from "../values/byte-text.js";
import { type FieldValue, readOr, UnreadableValue } from "../values/field.js";
import type { ScMapEntry, ScVal } from "../xdr/scval.js";
import { typedText } from "../xdr/scval-text.js";
import { type Layout, type LayoutField, structNames } from "./layout.js";

/** A stream in the contract, by field name. Undefined: this deployment's struct lacks the field. */
export interface ChainStream {
  get(name: string): ChainField | undefined;
}

export interface ChainField {
  readonly value: FieldValue;
  /** As the contract spells it, for the report. */
  readonly text: string | null;
  /** Whether the value equals this text; only present if that is cheaper than computing the value. */
  is?(text: string): boolean;
}

/**
 * Reads a contract's struct by layout. Fields that the layout does not name are ignored, so that a newer deployment
 * stays readable. Fields that the struct lacks are left out, so that an older one does, or have the layout's `absent`.
 * @throws UnreadableValue when the value is no struct, a field has another type, or a status is not in the layout.
 */
export function readStruct(value: ScVal, layout: Layout): ReadonlyMap<string, ChainField> {
  const bySymbol = structFields(value);
  const stream = new Map<string, ChainField>();
  let found = 0;
  for (const [name, field] of Object.entries(layout.fields)) {
    const source = structNames(name, field).find((candidate) => bySymbol.has(candidate));
    if (source === undefined) {
      if (field.absent !== undefined) stream.set(name, { value: field.absent, text: String(field.absent) });
      continue;
    }
    found += 1;
    stream.set(name, readField(source, bySymbol.get(source)!, field, layout));
  }
  if (found === 0) {
    const names = [...bySymbol.keys()].join(", ") || "none";
    throw new UnreadableValue(`the struct has none of the fields of layout "${layout.name}"; its fields are: ${names}`);
  }
  return stream;
}

/** A struct's values by the names of its fields. @throws UnreadableValue when the value is not a struct */
export function structFields(value: ScVal): ReadonlyMap<string, ScVal> {
  if (value.type !== "map" || value.value === null) {
    throw new UnreadableValue(
      `the contract's value is not a struct: found ${typedText(value)} where a map was expected`,
    );
  }
  const fields = new Map<string, ScVal>();
  for (const entry of value.value) addField(fields, entry);
  return fields;
}

function addField(fields: Map<string, ScVal>, { key, val }: ScMapEntry): void {
  if (key.type !== "symbol") throw new UnreadableValue(`a struct's keys are symbols, found ${typedText(key)}`);
  if (fields.has(key.value)) throw new UnreadableValue(`the struct has the field ${key.value} twice`);
  fields.set(key.value, val);
}

/** Whether a value has the field's type. */
export function isReadable(val: ScVal, field: LayoutField, layout: Layout): boolean {
  return readOr(
    () => {
      readField("", val, field, layout);
      return true;
    },
    () => false,
  );
}

function readField(source: string, val: ScVal, field: LayoutField, layout: Layout): ChainField {
  if (val.type === "void") return { value: null, text: null };
  const mismatch = () =>
    new UnreadableValue(`the struct's field ${source} should be of type ${field.type}, found ${typedText(val)}`);
  switch (field.type) {
    case "amount":
    case "integer":
    case "timestamp": {
      const value = integerOf(val);
      if (value === null) throw mismatch();
      return { value, text: value.toString() };
    }
    case "address":
      if (val.type !== "address") throw mismatch();
      return { value: val.value, text: val.value };
    case "boolean":
      if (val.type !== "bool") throw mismatch();
      return { value: val.value, text: String(val.value) };
    case "status": {
      const name = statusName(val, field);
      if (name === null) throw carriesValue(val) ? undescribed(source, val) : mismatch();
      const known = layout.statuses ?? (isNamed(val) ? [] : Object.values(field.values ?? {}));
      const upper = name.toUpperCase();
      if (known.length > 0 && !known.some((status) => status.toUpperCase() === upper)) {
        throw new UnreadableValue(
          `the struct's field ${source} holds ${JSON.stringify(name)}, a status that layout "${layout.name}" does not know (${known.join(", ")})`,
        );
      }
      return { value: upper, text: name };
    }
    case "text": {
      const text = textOf(val);
      if (text === null) throw mismatch();
      return { value: text, text };
    }
  }
}

function integerOf(val: ScVal): bigint | null {
  switch (val.type) {
    case "u32":
    case "i32":
      return BigInt(val.value);
    case "u64":
    case "i64":
    case "u128":
    case "i128":
    case "u256":
    case "i256":
    case "timepoint":
    case "duration":
      return val.value;
    default:
      return null;
  }
}

/**
 * What `LayoutField.values` calls a status: an enum's variant (docs/contract-facts.md#values-in-xdr) or a symbol by its
 * name, a variant that carries a value as `Disputed(..)`, a number, `true` or `false`; null for any other value.
 */
export function statusKey(val: ScVal): string | null {
  if (val.type === "symbol") return val.value;
  if (val.type === "bool") return String(val.value);
  if (val.type !== "vec") return integerOf(val)?.toString() ?? null;
  const variant = val.value?.[0];
  if (variant?.type !== "symbol") return null;
  return carriesValue(val) ? `${variant.value}(..)` : variant.value;
}

/** A number needs no name. Booleans and variants that carry a value do: the bare variant would hide its value. */
function statusName(val: ScVal, field: LayoutField): string | null {
  const key = statusKey(val);
  if (key === null || isNamed(val)) return key;
  return field.values?.[key] ?? integerOf(val)?.toString() ?? null;
}

const isNamed = (val: ScVal): boolean => val.type === "symbol" || (val.type === "vec" && !carriesValue(val));

const carriesValue = (val: ScVal): boolean =>
  val.type === "vec" && val.value?.[0]?.type === "symbol" && val.value.length > 1;

function undescribed(source: string, val: ScVal): UnreadableValue {
  const key = statusKey(val)!;
  const values = JSON.stringify({ [key]: key.replace("(..)", "") });
  return new UnreadableValue(
    `the struct's field ${source} holds ${key}, a status that carries a value: to compare its name alone, write values: ${values} in the layout; otherwise leave the field out of it`,
  );
}

function textOf(val: ScVal): string | null {
  if (val.type === "symbol" || val.type === "address") return val.value;
  if (val.type === "bytes") return hex(val.value);
  if (val.type !== "string") return integerOf(val)?.toString() ?? null;
  return utf8Text(val.value) ?? hex(val.value);
}
