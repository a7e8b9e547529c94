import * as z from "zod";
import { suggestion } from "../../../core/values/suggest.js";
import { faultOfNumber, type NumberRange } from "../../command-line/numbers.js";
import { FAIL_ON, type FailOn } from "../../process/fail-on.js";
import { section } from "./section.js";

/** A whole number of base units, of any size: text, or a number that is exact. */
const tolerance = z
  .union([z.string(), z.number()])
  .refine((value) => /^\d+$/.test(String(value)) && (typeof value === "string" || Number.isSafeInteger(value)), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a whole number of base units (0 or more; quote numbers above 2^53)`,
  })
  .transform((value) => BigInt(value));

export const numberIn = (range: NumberRange) =>
  z
    .union([z.string(), z.number()])
    .refine((value) => faultOfNumber(value, range) === null, {
      error: (issue) => faultOfNumber(issue.input, range) ?? undefined,
    })
    .transform(Number);

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** A time such as 30s, 5m or 1h, in milliseconds. */
const time = z
  .string("expected a time such as 60s, 5m or 1h")
  .regex(/^\d{1,4}[smh]$/, "expected a time such as 60s, 5m or 1h")
  .transform((text) => Number(text.slice(0, -1)) * UNITS_MS[text.at(-1)!]!);

const word = z.string("expected a string").min(1, "must not be empty");

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
  values: section({ db: z.string().nullable().optional(), onChain: z.string().nullable().optional() }).optional(),
  upTo: tolerance.optional(),
  reason: word,
  until: day,
}).superRefine((rule, context) => {
  if (rule.stream === undefined && rule.field === undefined && rule.invariant === undefined) {
    context.addIssue({
      code: "custom",
      message: "name a stream, a field or an invariant: a rule that matches everything is not allowed",
    });
  }
  if (rule.invariant !== undefined && (rule.values !== undefined || rule.upTo !== undefined)) {
    context.addIssue({
      code: "custom",
      message: "values and upTo are for differences of a field, not for an invariant",
    });
  }
  if (rule.field !== undefined && rule.invariant !== undefined) {
    context.addIssue({ code: "custom", message: "a rule is for a field or for an invariant; write two rules" });
  }
});

/** A list of kinds, or a text with commas, of which a mistake is reported as a whole, since a flag gave it so. */
const failOn = z
  .union([z.string(), z.array(z.string())], "expected a list of kinds, or a string with commas")
  .transform((value, context): FailOn[] => {
    const isText = typeof value === "string";
    const words = isText ? value.split(",").map((word) => word.trim()) : value;
    return words.flatMap((word, i) => {
      const kind = FAIL_ON.find((known) => known === word);
      if (kind !== undefined) return [kind];
      const message = `${JSON.stringify(word)} is not known here: ${suggestion(word, FAIL_ON)}`;
      context.addIssue({ code: "custom", message, path: isText ? [] : [i] });
      return [];
    });
  });

const LEDGERS = { unit: "ledgers", least: 0, most: 4_294_967_295 };

/** What counts, and what it means for the exit code. */
export const policySchema = section({
  tolerance: tolerance.optional(),
  fieldTolerance: z.record(word, tolerance).optional(),
  maxLagLedgers: numberIn(LEDGERS).optional(),
  confirm: numberIn({ unit: "looks", least: 0, most: 20 }).optional(),
  settle: time.optional(),
  maxNodeAge: z.union([z.literal("off"), time], 'expected a time such as 10m, or "off"').optional(),
  graceLedgers: numberIn({ unit: "ledgers", least: 0, most: 10_000 }).optional(),
  ttlWarningLedgers: numberIn(LEDGERS).optional(),
  failOn: failOn.optional(),
  ignore: z.array(ignoreRule).optional(),
});

export type PolicyConfig = z.output<typeof policySchema>;
