import { IgnoreRules } from "../../core/rules/ignore-rules.js";
import type { Policy } from "../../core/rules/judge.js";
import type { PolicyConfig } from "./schema/policy-schema.js";

export const DEFAULT_MAX_LAG_LEDGERS = 120;
/** A minute: a ledger closes every five seconds. */
const DEFAULT_GRACE_LEDGERS = 12;
/** About a day: a ledger closes every five seconds. */
const DEFAULT_TTL_WARNING_LEDGERS = 17_280;

const DEFAULT_MAX_NODE_AGE_S = 600;

/** `maxNodeAge_s`: how old the node's newest ledger may be; null: of any age. */
export function toPolicy(policy: PolicyConfig | undefined): Policy & { readonly maxNodeAge_s: number | null } {
  const rules = (policy?.ignore ?? []).map(({ stream, field, invariant, values, upTo, reason, until }) => ({
    streamId: stream ?? null,
    field: field ?? null,
    invariant: invariant ?? null,
    ...(values === undefined ? {} : { values: { db: values.db ?? null, onChain: values.onChain ?? null } }),
    ...(upTo === undefined ? {} : { upTo }),
    reason,
    until,
  }));
  return {
    tolerance: policy?.tolerance ?? 0n,
    fieldTolerance: new Map(Object.entries(policy?.fieldTolerance ?? {})),
    maxLagLedgers: policy?.maxLagLedgers ?? DEFAULT_MAX_LAG_LEDGERS,
    graceLedgers: policy?.graceLedgers ?? DEFAULT_GRACE_LEDGERS,
    ttlWarningLedgers: policy?.ttlWarningLedgers ?? DEFAULT_TTL_WARNING_LEDGERS,
    maxNodeAge_s: maxNodeAge(policy?.maxNodeAge),
    ignore: new IgnoreRules(rules),
  };
}

function maxNodeAge(given: PolicyConfig["maxNodeAge"]): number | null {
  if (given === undefined) return DEFAULT_MAX_NODE_AGE_S;
  return given === "off" ? null : given / 1000;
}
