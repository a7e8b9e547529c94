import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { DbStream, RowPlan } from "./mapping.js";

/** How a row cannot be any past state of its stream: `never`: in a field that never changes; `ahead`: it is further on. */
export type Contradiction = "never" | "ahead";

/**
 * Tells rows that cannot be any past state of the stream: a field that never changes differs, an amount is above one that
 * only grows, or a final status is not reached on chain.
 * @returns null when nothing speaks against the row, as far as the layout says what changes
 */
export function contradictionOf(db: DbStream, chain: ChainStream, plan: RowPlan, layout: Layout): Contradiction | null {
  const finals = new Set(layout.finalStatuses?.map((status) => status.toUpperCase()));
  let found: Contradiction | null = null;
  plan.fields.forEach(({ name, type }, i) => {
    const onDb = db.fields[i]!.value;
    const onChain = chain.get(name)?.value;
    if (onChain === undefined || onDb === onChain) return;
    const { changes } = layout.fields[name]!;
    const isGrown = changes === "grows" && typeof onDb === "bigint" && typeof onChain === "bigint" && onDb > onChain;
    const isFinal = type === "status" && typeof onDb === "string" && finals.has(onDb);
    if (changes === "never") found = "never";
    else if (isGrown || isFinal) found ??= "ahead";
  });
  return found;
}
