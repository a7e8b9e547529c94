import * as z from "zod";
import type { Report } from "../core/report/report.js";
import { reportContradiction } from "../core/report/report-contradiction.js";

const count = z.number().int().min(0);
const text = z.string();
const nullableText = z.string().nullable();
const ledger = z.number().int().nullable();
const remark = z.looseObject({ streamId: nullableText, code: text, message: text });
const NO_LOOKS = { found: 0, dismissed: 0, confirmed: 0 };

/** The report of design 2.3, as another program may send it: keys that this version does not know are kept. */
const reportSchema = z.looseObject({
  schemaVersion: z.literal(1),
  runId: text,
  startedAt: text,
  finishedAt: text,
  dryRun: z.boolean(),
  toolVersion: text,
  status: z.enum(["IN_SYNC", "DRIFT", "VIOLATION", "INCOMPLETE"]),
  exitCode: z.union([0, 3, 4, 5, 130, 143].map((code) => z.literal(code))),
  scope: z.union([z.literal("all-streams"), z.array(text).min(1)]),
  contractId: text,
  network: nullableText,
  ledger: z.looseObject({ first: ledger, last: ledger }),
  summary: z.looseObject({
    streamsChecked: count,
    inSync: count,
    drifted: count,
    lagging: count,
    missingOnChain: count,
    missingInDb: count,
    violations: count,
    unchecked: count,
    ignored: count.default(0),
    confirmation: z.looseObject({ found: count, dismissed: count, confirmed: count }).default(NO_LOOKS),
  }),
  discrepancies: z.array(
    z.looseObject({
      streamId: text,
      field: text,
      dbValue: nullableText,
      onChainValue: nullableText,
      classification: z.enum(["drift", "lag"]),
      token: nullableText.default(null),
      ledger: z.looseObject({ dbSynced: ledger, chainModified: ledger, observed: z.number().int() }),
    }),
  ),
  violations: z.array(
    z.looseObject({
      streamId: text,
      invariant: text,
      side: z.enum(["on_chain", "db"]),
      message: text,
      values: z.record(text, nullableText),
    }),
  ),
  errors: z.array(remark),
  notices: z.array(remark),
  tokens: z
    .array(
      z.looseObject({
        token: text,
        symbol: nullableText,
        decimals: z.number().int().min(0).max(38),
        source: z.enum(["configuration", "chain"]),
      }),
    )
    .default([]),
});

/** Reads a report that came from elsewhere. @returns the report, or what is wrong with it, one fault a line */
export function readReport(value: unknown): Report | readonly string[] {
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    return parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join(".") || "report"}: ${message}`);
  }
  const report = parsed.data as Report;
  const fault = reportContradiction(report);
  return fault === null ? report : [fault];
}
