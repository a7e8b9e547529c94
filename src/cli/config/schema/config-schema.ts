import * as z from "zod";
import type { Layout } from "../../../core/contract/layout.js";
import { decodeStrKey } from "../../../core/values/strkey.js";
import { suggestion } from "../../../core/values/suggest.js";
import { PRESET_NAMES } from "../../../presets/presets.js";
import { CHAINS } from "../../sources/chains.js";
import { DATABASES } from "../../sources/databases.js";
import { mistakeIn, type Source } from "../../sources/source.js";
import { withPreset } from "../extended-layout.js";
import { NETWORK_NAMES, passphraseOf } from "../networks.js";
import { authSchema } from "./auth-schema.js";
import { layoutSchema, toLayout } from "./layout-schema.js";
import { numberIn, policySchema } from "./policy-schema.js";
import { section } from "./section.js";

const contractId = z.string().superRefine((id, context) => {
  const message = faultOfContractId(id.trim());
  if (message !== null) context.addIssue({ code: "custom", message });
});

function faultOfContractId(id: string): string | null {
  const decoded = decodeStrKey(id);
  if (!("fault" in decoded)) {
    if (decoded.kind === "contract") return null;
    return `${id} is an address of another kind (${decoded.kind}); a contract id starts with C`;
  }
  return decoded.fault === "wrong checksum"
    ? `${id} has a wrong checksum: a character is mistyped or missing; copy the id again`
    : `${JSON.stringify(id)} is not a contract id: expected C and 55 more characters`;
}

const network = z.string().superRefine((name, context) => {
  // A passphrase is recognised by its shape ("… ; September 2015"), so that a mistyped name is not taken for one.
  if (passphraseOf(name) !== null || name.includes(" ")) return;
  const message = `${JSON.stringify(name)} is not a known network: ${suggestion(name, NETWORK_NAMES)}; a private network is given by its passphrase`;
  context.addIssue({ code: "custom", message });
});

const urlOf = (sources: Readonly<Record<string, Source>>) =>
  z.string().superRefine((url, context) => {
    const message = mistakeIn(url, sources);
    if (message !== null) context.addIssue({ code: "custom", message });
  });
const databaseUrl = urlOf(DATABASES);

const name = z.string("expected a string").min(1, "must not be empty");

/** Statuses are compared without regard to case: of two keys that differ only in it, one would be lost. */
function refuseSameStatus(statuses: Readonly<Record<string, string>>, context: z.RefinementCtx): void {
  const seen = new Map<string, string>();
  for (const [status, meaning] of Object.entries(statuses)) {
    const before = seen.get(status.toUpperCase());
    if (before !== undefined && statuses[before] !== meaning) {
      const message = `${JSON.stringify(before)} and ${JSON.stringify(status)} differ only in case, which does not matter: write the status once`;
      context.addIssue({ code: "custom", path: [status], message });
    }
    seen.set(status.toUpperCase(), status);
  }
}

/** A column of the row, or one value for the whole table. */
const cursor = section({
  column: name,
  table: name.optional(),
  where: name.optional(),
  means: z.enum(["event", "check"], 'expected "event" or "check"').optional(),
}).superRefine((value, context) => {
  if (value.where === undefined || value.table !== undefined) return;
  context.addIssue({
    code: "custom",
    path: ["where"],
    message: "applies only to a cursor in a table of its own: set cursor.table",
  });
});

const DECIMALS = { unit: "decimals", least: 0, most: 38 };

/** How amounts of tokens are to be read, by the token's contract. */
const tokens = z
  .record(
    z.string(),
    section({
      symbol: name
        .regex(/^[^\p{C}\p{Z}]{1,12}$/u, "expected a short word, at most 12 characters without spaces")
        .optional(),
      decimals: numberIn(DECIMALS),
    }),
  )
  .superRefine((value, context) => {
    for (const id of Object.keys(value)) {
      const message = faultOfContractId(id);
      if (message !== null) context.addIssue({ code: "custom", path: [id], message });
    }
  });

/** A preset's name, or a layout object, which is checked as a whole so that its mistakes keep their paths. */
const layout = z.unknown().transform((value, context): string | Layout => {
  if (typeof value === "string") {
    if ((PRESET_NAMES as readonly string[]).includes(value)) return value;
    const hint = suggestion(value, PRESET_NAMES, ", or a layout object");
    context.addIssue({ code: "custom", message: `${JSON.stringify(value)} is not a known layout: ${hint}` });
    return z.NEVER;
  }
  const parsed = layoutSchema.safeParse(withPreset(value));
  if (parsed.success) return toLayout(parsed.data);
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});

/** What a file may say, and what flags and environment are merged into (docs/configuration.md#every-key). */
export const configSchema = section({
  contract: section({
    id: contractId.optional(),
    network: network.optional(),
    layout: layout.optional(),
    tokens: tokens.optional(),
  }).optional(),
  database: section({
    url: databaseUrl.optional(),
    table: name.optional(),
    where: name.nullable().optional(),
    streamId: name.optional(),
    onChainId: name.optional(),
    contractColumn: name.nullable().optional(),
    cursor: cursor.nullable().optional(),
    fields: z.record(name, section({ column: name }).nullable()).optional(),
    amountDecimals: numberIn(DECIMALS).optional(),
    statuses: z.record(name, name).superRefine(refuseSameStatus).optional(),
  }).optional(),
  chain: section({
    url: urlOf(CHAINS).optional(),
    concurrency: numberIn({ unit: "requests", least: 1, most: 64 }).optional(),
  }).optional(),
  policy: policySchema.optional(),
  runStore: section({ url: databaseUrl.optional() }).optional(),
  auth: authSchema.optional(),
});

export type Config = z.output<typeof configSchema>;
