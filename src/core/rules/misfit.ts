import { type Layout, structNames } from "../contract/layout.js";
import type { ScVal } from "../xdr/scval.js";
import { typeName } from "../xdr/scval-text.js";

/** What of an entry a layout does not fit. */
export type Fault =
  | { readonly kind: "no struct"; readonly message: string }
  | { readonly kind: "missing" }
  | { readonly kind: "type"; readonly source: string; readonly held: ScVal }
  | { readonly kind: "status"; readonly source: string; readonly statuses: Set<string> };

/** A fault, and in how many entries it was found. */
export interface Misfit {
  /** The layout's name of the field; null: the entry as a whole. */
  readonly field: string | null;
  readonly fault: Fault;
  entries: number;
}

/** The misfit in words, without the layout's name. */
export function misfitText({ field, fault }: Misfit, layout: Layout): string {
  switch (fault.kind) {
    case "no struct":
      return fault.message;
    case "missing":
      return `there is no field ${structNames(field!, layout.fields[field!]!).join(" or ")}`;
    case "type":
      return `${fault.source} should be of type ${layout.fields[field!]!.type}, found ${typeName(fault.held)}`;
    case "status": {
      const held = [...fault.statuses].map((status) => JSON.stringify(status)).join(", ");
      const known = layout.statuses ?? Object.values(layout.fields[field!]!.values ?? {});
      return `${fault.source} holds ${held}, no status of the layout (${known.join(", ") || "which names none"})`;
    }
  }
}
