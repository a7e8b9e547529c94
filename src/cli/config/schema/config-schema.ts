import * as z from "zod";
import type { Layout } from "../../../core/contract/layout.js";
import { decodeStrKey } from "../../../core/values/strkey.js";
import { nearest, suggestion } from "../../../core/values/suggest.js";
import { PRESET_NAMES } from "../../../presets/presets.js";
import { withPreset } from "../extended-layout.js";
import { NETWORK_NAMES, passphraseOf } from "../networks.js";
import { authSchema } from "./auth-schema.js";
import { layoutSchema, toLayout } from "./layout-schema.js";
import { policySchema, wholeNumber } from "./policy-schema.js";
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
    : `${JSON.stringify(id)} is no contract id: expected C and 55 more characters`;
}

const network = z.string().superRefine((name, context) => {
  // A passphrase is recognised by its shape ("… ; September 2015"), so that a mistyped name is not taken for one.
  if (passphraseOf(name) !== null || name.includes(" ")) return;
  const message = `${JSON.stringify(name)} is no known network: ${suggestion(name, NETWORK_NAMES)}; a private network is given by its passphrase`;
  context.addIssue({ code: "custom", message });
});

const databaseUrl = z.string().refine((url) => /^(postgres(ql)?:\/\/.|sqlite:.)/.test(url), {
  error: (issue) => `expected postgres://…, postgresql://… or sqlite:<path>${schemeOf(issue.input)}`,
});

const chainUrl = z.string().refine((url) => /^snapshot:./.test(url) || isHttpUrl(url), {
  error: (issue) => `expected http(s)://… or snapshot:<path>${schemeOf(issue.input)}`,
});

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/./.test(text) && URL.canParse(text);
}

/** Names the scheme that was found and nothing more: what follows it may be a secret. */
function schemeOf(input: unknown): string {
  const scheme = typeof input === "string" ? /^([a-z0-9+.-]+):/i.exec(input)?.[1] : undefined;
  return scheme === undefined ? "" : `, found ${scheme}:…`;
}

const name = z.string("expected a text").min(1, "must not be empty");

/** A column of the row, or one value for the whole table. */
const cursor = section({ column: name, table: name.optional(), where: name.optional() }).superRefine(
  (value, context) => {
    if (value.where === undefined || value.table !== undefined) return;
    context.addIssue({
      code: "custom",
      path: ["where"],
      message: "goes with a cursor in a table of its own: name the table",
    });
  },
);

/** How amounts of tokens are to be read, by the token's contract. */
const tokens = z
  .record(
    z.string(),
    section({
      symbol: name
        .regex(/^[^\p{C}\p{Z}]{1,12}$/u, "expected a short word, at most 12 characters without spaces")
        .optional(),
      decimals: wholeNumber(0, 38, "decimals"),
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
    const meant = nearest(value, PRESET_NAMES);
    const hint = meant === null ? `known: ${PRESET_NAMES.join(", ")}, or a layout object` : `did you mean "${meant}"?`;
    context.addIssue({ code: "custom", message: `${JSON.stringify(value)} is no known layout: ${hint}` });
    return z.NEVER;
  }
  const parsed = layoutSchema.safeParse(withPreset(value));
  if (parsed.success) return toLayout(parsed.data);
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: "custom", path, message });
  return z.NEVER;
});

/** The configuration: what a file may say, and what flags and environment are merged into. Design 4. */
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
    amountDecimals: wholeNumber(0, 38, "decimals").optional(),
    statuses: z.record(name, name).optional(),
  }).optional(),
  chain: section({
    url: chainUrl.optional(),
    concurrency: wholeNumber(1, 64, "requests").optional(),
  }).optional(),
  policy: policySchema.optional(),
  runStore: section({ url: databaseUrl.optional() }).optional(),
  auth: authSchema.optional(),
});

export type Config = z.output<typeof configSchema>;
