import type { Layout } from "../contract/layout.js";
import type { LedgersOfDifference } from "../report/report.js";
import { orphanId } from "../report/stream-outcome.js";
import { sameField, type Tolerances, toleranceOf } from "../rules/compare.js";
import type { RowPlan } from "../rules/mapping.js";
import type { Observation } from "./observation.js";

/** One field of a stream as each side has it. */
export interface FieldSides {
  readonly field: string;
  /** As reports show it; null if the side has no readable value. */
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
  /** Within tolerance; null: not compared, since one side has no such field or could not be read. */
  readonly equal: boolean | null;
}

/** Both sides of one stream, whatever they agree in. */
export interface StreamSides {
  readonly streamId: string;
  /** The contract's id of the stream; null: the row names none. */
  readonly onChainId: string | null;
  readonly ledger: { readonly [Name in keyof LedgersOfDifference]: number | null };
  /** `presence` first, then every field of the layout, in its order. */
  readonly fields: readonly FieldSides[];
}

/** What one look at a stream saw, field by field. */
export function sidesOf(seen: Observation, layout: Layout, plan: RowPlan, tolerances: Tolerances): StreamSides {
  const { chain, db, onChainId } = seen;
  const chainStream = chain?.kind === "stream" ? chain.stream : null;
  const fields = Object.keys(layout.fields).map((name): FieldSides => {
    const index = plan.fields.findIndex((field) => field.name === name);
    const onDb = db?.fields[index] ?? null;
    const onChain = chainStream?.get(name) ?? null;
    const equal =
      onDb === null || onChain === null
        ? null
        : sameField(onDb.value, onChain, toleranceOf(plan.fields[index]!, tolerances));
    return { field: name, dbValue: onDb?.text ?? null, onChainValue: onChain?.text ?? null, equal };
  });
  return {
    streamId: seen.streamId,
    onChainId: onChainId?.toString() ?? null,
    ledger: {
      dbSynced: seen.synced,
      chainModified: chain?.kind === "stream" ? chain.modified : null,
      observed: seen.ledger,
    },
    fields: [presenceOf(seen), ...fields],
  };
}

function presenceOf(seen: Observation): FieldSides {
  const { chain, db, onChainId, streamId } = seen;
  const hasRow = onChainId === null || streamId !== orphanId(onChainId);
  const dbValue = db !== null ? "present" : hasRow ? "unreadable" : "missing";
  const onChainValue =
    chain === null ? null : { stream: "present", missing: "missing", fault: "unreadable" }[chain.kind];
  const isKnown = onChainValue !== null && dbValue !== "unreadable" && onChainValue !== "unreadable";
  return { field: "presence", dbValue, onChainValue, equal: isKnown ? dbValue === onChainValue : null };
}
