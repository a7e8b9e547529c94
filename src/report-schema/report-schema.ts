import * as z from "zod";
import { REASONS, type Report } from "../core/report/report.js";
import { expected, list, object, oneOf, textLike, wholeNumber } from "./parts.js";

const text = z.string(expected("text"));
const textOrNull = z.string(expected("text or null")).nullable();
const flag = z.boolean(expected("true or false"));
const time = z.iso.datetime(expected("a time like 2026-01-31T12:00:00.000Z"));
const count = wholeNumber(0).meta({ id: "count" });
const ledger = wholeNumber(0, 4_294_967_295).meta({ id: "ledger" });
const ledgerOrNull = z.union([ledger, z.null()], expected("a ledger's number or null")).meta({ id: "ledgerOrNull" });

const discrepancy = object({
  streamId: text,
  field: text.describe("A field of the mapping, or presence"),
  dbValue: textOrNull.describe("Amounts in base units; null: no value"),
  onChainValue: textOrNull,
  classification: oneOf("drift", "lag"),
  reason: oneOf(...REASONS)
    .default("missed")
    .describe("Why it is drift or lag; reports of earlier versions have none"),
  token: textOrNull
    .default(null)
    .describe("The contract of the token that the values are amounts of; null: no amount, no entry, or it names none"),
  ledger: object({ dbSynced: ledgerOrNull, chainModified: ledgerOrNull, observed: ledger }),
}).meta({ id: "discrepancy" });

const violation = object({
  streamId: text,
  invariant: textLike(/^[a-z_]+$/),
  side: oneOf("on_chain", "db"),
  message: text,
  values: z.record(z.string(), textOrNull, expected("an object")),
}).meta({ id: "violation" });

const remark = object({
  streamId: textOrNull.describe("null: it concerns the run as a whole"),
  code: textLike(/^[a-z0-9_]+$/),
  message: text,
}).meta({ id: "remark" });

const tokenUnits = object({
  token: text,
  symbol: textOrNull,
  decimals: wholeNumber(0, 38),
  source: oneOf("configuration", "chain").describe("chain: the token's own contract says so"),
}).meta({ id: "tokenUnits" });

const confirmation = object({ found: count, dismissed: count, confirmed: count })
  .default({ found: 0, dismissed: 0, confirmed: 0 })
  .describe("Streams that differed at first, that agreed when looked at again, that had drifted after all");

const summary = object({
  streamsChecked: count,
  inSync: count,
  drifted: count,
  lagging: count,
  missingOnChain: count,
  missingInDb: count,
  violations: count,
  unchecked: count,
  ignored: count.default(0).describe("Findings that the policy ignores; each is a notice"),
  confirmation,
}).describe(
  "Every stream seen is in exactly one of inSync, drifted, lagging, missingOnChain, missingInDb and unchecked",
);

const compared = object({
  fields: list(text),
  notCompared: list(text),
  takenOut: list(text),
  tolerance: textLike(/^\d+$/),
  fieldTolerance: z.record(z.string(), textLike(/^\d+$/), expected("an object")),
  maxLagLedgers: ledger,
  narrowed: object({
    streams: flag,
    dbOnly: flag,
    where: textOrNull,
    contractColumn: textOrNull,
    ignoreRules: count,
    failOn: list(text),
  }),
})
  .nullable()
  .default(null)
  .describe("What was compared, and what was left out or allowed; null: an earlier version did not say");

const database = object({
  watermark: ledgerOrNull.describe("The ledger up to which the database as a whole reflects the chain"),
  toldBy: z.union([oneOf("table", "rows"), z.null()], expected("table, rows or null")),
  cursorMeans: z.union([oneOf("event", "check", "unknown"), z.null()], expected("event, check, unknown or null")),
  ledgersBehind: ledgerOrNull,
  secondsBehind: z.union([count, z.null()], expected("an integer from 0 up or null")),
})
  .default({ watermark: null, toldBy: null, cursorMeans: null, ledgersBehind: null, secondsBehind: null })
  .describe("How far the database had come");

const chain = object({
  source: z.union([oneOf("rpc", "snapshot"), z.null()], expected("rpc, snapshot or null")),
  newestLedger: ledgerOrNull,
  closedAt: z.union([time, z.null()], expected("a time or null")),
  ageSeconds: z.union([z.int(expected("a whole number")), z.null()], expected("a whole number or null")),
})
  .default({ source: null, newestLedger: null, closedAt: null, ageSeconds: null })
  .describe("The chain as the run found it");

/**
 * The report. `npm run docs` writes schema/report.schema.json from it. A default stands for a key that reports of earlier
 * versions lack.
 */
export const reportSchema = object({
  schemaVersion: z.literal(1, expected("1")),
  // Of any version: z.uuid knows those of RFC 9562 only.
  runId: z.guid(expected("a UUID")),
  startedAt: time,
  finishedAt: time,
  dryRun: flag.describe("true: no run record was written"),
  toolVersion: text,
  status: oneOf("IN_SYNC", "DRIFT", "VIOLATION", "INCOMPLETE"),
  exitCode: oneOf(0, 3, 4, 5, 130, 143).describe("The process's exit code; 130 and 143: interrupted"),
  scope: z
    .union(
      [z.literal("all-streams"), list(text).min(1, expected("a list of ids"))],
      expected('"all-streams" or a list of ids'),
    )
    .describe("Which streams the run looked at"),
  contractId: textLike(/^C[A-Z2-7]{55}$/),
  network: textOrNull.describe("Its name, else its passphrase or id; null: not told"),
  ledger: object({ first: ledgerOrNull, last: ledgerOrNull }).describe(
    "First and last ledger at which the chain was read; null: it never was",
  ),
  compared,
  database,
  chain,
  summary,
  discrepancies: list(discrepancy),
  violations: list(violation),
  errors: list(remark),
  notices: list(remark),
  tokens: list(tokenUnits).default([]),
}).meta({
  $id: "reconcile-streams/report/1",
  title: "Report of reconcile-streams",
  description:
    "What one run found. The shape never depends on the content: lists may be empty, keys are always there. Amounts, ids and other integers that may pass 2^53 are decimal strings.",
});

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T;
type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Does not compile when the core's type or the schema has a key or a value that the other lacks. */
true satisfies IsSame<DeepReadonly<z.output<typeof reportSchema>>, Report>;
