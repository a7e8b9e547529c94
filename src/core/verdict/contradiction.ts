import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { DbStream, RowPlan } from "../rules/mapping.js";

/**
 * How a row stands to its stream, where the layout says what changes. `never`: it can be no state of it, past or to come.
 * `ahead`: no past one, only one to come. `behind`: none to come, only a past one.
 */
export type Contradiction = "never" | "ahead" | "behind";

/**
 * Holds a row against fields that never change, amounts that only grow, and statuses that are final.
 * @returns null when nothing speaks against the row's being any state of the stream
 */
export function contradictionOf(db: DbStream, chain: ChainStream, plan: RowPlan, layout: Layout): Contradiction | null {
  const finals = new Set(layout.finalStatuses?.map((status) => status.toUpperCase()));
  const isFinal = (type: string, value: unknown) => type === "status" && typeof value === "string" && finals.has(value);
  const found = new Set<Contradiction>();
  plan.fields.forEach(({ name, type }, i) => {
    const onDb = db.fields[i]!.value;
    const onChain = chain.get(name)?.value;
    if (onChain === undefined || onDb === onChain) return;
    const { changes } = layout.fields[name]!;
    if (changes === "never") found.add("never");
    if (changes === "grows" && typeof onDb === "bigint" && typeof onChain === "bigint") {
      found.add(onDb > onChain ? "ahead" : "behind");
    }
    if (isFinal(type, onDb)) found.add("ahead");
    if (isFinal(type, onChain)) found.add("behind");
  });
  if (found.has("never") || (found.has("ahead") && found.has("behind"))) return "never";
  return found.has("ahead") ? "ahead" : found.has("behind") ? "behind" : null;
}
