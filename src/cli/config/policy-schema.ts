import { z } from "zod";
import { IgnoreRules } from "../../core/ignore-rules.js";
import type { Policy } from "../../core/outcome.js";
import { FAIL_ON } from "../fail-on.js";
import { oneOf, section } from "./section.js";

/** A whole number of base units, of any size: text, or a number that is exact. */
const tolerance = z
  .union([z.string(), z.number()])
  .refine((value) => /^\d+$/.test(String(value)) && (typeof value === "string" || Number.isSafeInteger(value)), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is no whole number of base units (0 or more; in quotes beyond 2^53)`,
  })
  .transform((value) => BigInt(value));

export const wholeNumber = (least: number, most: number, unit: string) =>
  z
    .union([z.string(), z.number()])
    .refine((value) => /^\d{1,10}$/.test(String(value)) && Number(value) >= least && Number(value) <= most, {
      error: (issue) => `${JSON.stringify(issue.input)} is no whole number of ${unit} from ${least} to ${most}`,
    })
    .transform(Number);

const word = z.string("expected a text").min(1, "must not be empty");

const day = z
  .string("expected a date, YYYY-MM-DD")
  .refine((text) => /^\d{4}-\d\d-\d\d$/.test(text) && isDay(text), "expected a date that exists, YYYY-MM-DD");

function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const ignoreRule = section({
  stream: word.optional(),
  field: word.optional(),
  invariant: word.optional(),
  reason: word,
  until: day,
}).superRefine((rule, context) => {
  if (rule.stream === undefined && rule.field === undefined && rule.invariant === undefined) {
    context.addIssue({
      code: "custom",
      message: "name a stream, a field or an invariant: a rule for everything is none",
    });
  }
  if (rule.field !== undefined && rule.invariant !== undefined) {
    context.addIssue({ code: "custom", message: "a rule is for a field or for an invariant; write two rules" });
  }
});

/** What counts, and what it means for the exit code. */
export const policySchema = section({
  tolerance: tolerance.optional(),
  fieldTolerance: z.record(word, tolerance).optional(),
  maxLagLedgers: wholeNumber(0, 4_294_967_295, "ledgers").optional(),
  confirm: wholeNumber(0, 20, "looks").optional(),
  ttlWarningLedgers: wholeNumber(0, 4_294_967_295, "ledgers").optional(),
  failOn: z
    .union([z.string().transform((text) => text.split(",").map((part) => part.trim())), z.array(z.string())])
    .pipe(z.array(oneOf(FAIL_ON)))
    .optional(),
  ignore: z.array(ignoreRule).optional(),
});

type PolicyConfig = z.output<typeof policySchema>;

export const DEFAULT_MAX_LAG_LEDGERS = 120;
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
    ttlWarningLedgers: policy?.ttlWarningLedgers ?? DEFAULT_TTL_WARNING_LEDGERS,
    ignore: new IgnoreRules(rules),
  };
}
