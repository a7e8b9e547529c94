import { IgnoreRules } from "../../core/rules/ignore-rules.js";
import type { Policy } from "../../core/rules/judge.js";
import type { PolicyConfig } from "./schema/policy-schema.js";

export const DEFAULT_MAX_LAG_LEDGERS = 120;
/** A minute: a ledger closes every five seconds. */
const DEFAULT_GRACE_LEDGERS = 12;
/** About a day: a ledger closes every five seconds. */
const DEFAULT_TTL_WARNING_LEDGERS = 17_280;

export function toPolicy(policy: PolicyConfig | undefined): Policy {
  const rules = (policy?.ignore ?? []).map(({ stream, field, invariant, reason, until }) => ({
    streamId: stream ?? null,
    field: field ?? null,
    invariant: invariant ?? null,
    reason,
    until,
  }));
  return {
    tolerance: policy?.tolerance ?? 0n,
    fieldTolerance: new Map(Object.entries(policy?.fieldTolerance ?? {})),
    maxLagLedgers: policy?.maxLagLedgers ?? DEFAULT_MAX_LAG_LEDGERS,
    graceLedgers: policy?.graceLedgers ?? DEFAULT_GRACE_LEDGERS,
    ttlWarningLedgers: policy?.ttlWarningLedgers ?? DEFAULT_TTL_WARNING_LEDGERS,
    ignore: new IgnoreRules(rules),
  };
}
