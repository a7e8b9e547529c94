import type { FieldType } from "../values/field.js";
import type { ScVal } from "../xdr/scval.js";

/** The type for a field with this value; null: no type can read it, or it is None and says nothing. */
export function typeFor(val: ScVal): FieldType | null {
  switch (val.type) {
    case "i128":
    case "u128":
    case "i256":
    case "u256":
      return "amount";
    case "timepoint":
      return "timestamp";
    case "u32":
    case "i32":
    case "u64":
    case "i64":
    case "duration":
      return "integer";
    case "bool":
      return "boolean";
    case "address":
      return "address";
    case "vec":
      return val.value?.[0]?.type === "symbol" ? "status" : null;
    case "symbol":
    case "string":
    case "bytes":
      return "text";
    default:
      return null;
  }
}
