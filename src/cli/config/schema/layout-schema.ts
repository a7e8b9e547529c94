import * as z from "zod";
import { CHANGES, type Layout } from "../../../core/contract/layout.js";
import { CONTRACT_INVARIANTS, INVARIANTS } from "../../../core/rules/escrow-invariants.js";
import { OPEN_PHASES, OWING_ROLES } from "../../../core/rules/liabilities.js";
import { FIELD_TYPES, type FieldType, ROLES, type Role } from "../../../core/values/field.js";
import { PHASES, phaseNames } from "../../../core/values/phase.js";
import { suggestion } from "../../../core/values/suggest.js";
import { PRESET_NAMES, PRESETS } from "../../../presets/presets.js";
import { faultOfCounterKey, faultOfStreamKey, keyTemplate } from "./key-schema.js";
import { oneOf, section } from "./section.js";

/** The types that a role's value must have for the invariants to work with it. */
const ROLE_TYPES: Readonly<Record<Role, readonly FieldType[]>> = {
  id: ["integer"],
  total: ["amount"],
  released: ["amount"],
  status: ["status"],
  recipient: ["address"],
  sender: ["address"],
  token: ["address"],
  start: ["timestamp", "integer"],
  end: ["timestamp", "integer"],
  duration: ["integer", "timestamp"],
  last_update: ["timestamp", "integer"],
  paused_at: ["timestamp", "integer"],
  total_paused: ["integer", "timestamp"],
  fee_bps: ["integer"],
  rate: ["amount", "integer"],
  balance: ["amount"],
  active: ["boolean"],
};

const GROWING_TYPES: readonly FieldType[] = ["amount", "integer"];

const VALUE_KEYS =
  'the keys of values are numbers, true and false, or variants that carry a value, such as "Disputed(..)"';

const layoutField = section({
  from: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((from) => (typeof from === "string" ? [from] : from))
    .optional(),
  type: oneOf(FIELD_TYPES),
  role: oneOf(ROLES)
    .nullable()
    .optional()
    .transform((role) => role ?? undefined),
  values: z
    .record(z.string().regex(/^(\d+|true|false|\w+\(\.\.\))$/), z.string().min(1), {
      error: ({ code }) => (code === "invalid_key" ? VALUE_KEYS : undefined),
    })
    .optional(),
  absent: z.boolean("expected true or false").optional(),
  changes: oneOf(CHANGES).optional(),
}).superRefine((field, context) => {
  if (field.role !== undefined && !ROLE_TYPES[field.role].includes(field.type)) {
    const message = `a field with the role ${field.role} must be of type ${ROLE_TYPES[field.role].join(" or ")}`;
    context.addIssue({ code: "custom", path: ["type"], message });
  }
  if (field.absent !== undefined && field.type !== "boolean") {
    const message = `absent is for boolean fields; this one is of type ${field.type}`;
    context.addIssue({ code: "custom", path: ["absent"], message });
  }
  if (field.changes === "grows" && !GROWING_TYPES.includes(field.type)) {
    const message = `only a field of type ${GROWING_TYPES.join(" or ")} can grow; this one is of type ${field.type}`;
    context.addIssue({ code: "custom", path: ["changes"], message });
  }
});

const namedInvariants = [
  ...INVARIANTS.filter(({ general }) => !general).map(({ name }) => name),
  ...CONTRACT_INVARIANTS,
];

/** A layout written out in the configuration (docs/layouts.md). */
export const layoutSchema = section({
  extends: oneOf(PRESET_NAMES).optional(),
  name: z.string().min(1).default("custom"),
  stream: section({ storage: oneOf(["persistent", "temporary", "instance"] as const), key: keyTemplate }),
  nextId: section({
    storage: oneOf(["persistent", "instance"] as const),
    keys: z.array(keyTemplate).min(1, "at least one key is needed"),
    holds: oneOf(["next", "last"] as const).default("next"),
    firstId: z
      .union([z.string(), z.number()])
      .refine((id) => /^\d+$/.test(String(id)), "expected a whole number, 0 or more")
      .transform(String)
      .default("1"),
  }).optional(),
  fields: z
    .record(z.string().min(1), layoutField)
    .refine((fields) => Object.keys(fields).length > 0, "at least one field is needed"),
  statuses: z.array(z.string().min(1)).optional(),
  finalStatuses: z.array(z.string().min(1)).optional(),
  phases: z.record(z.string().min(1), oneOf(PHASES)).optional(),
  invariants: z.array(oneOf(namedInvariants)).optional(),
}).superRefine((layout, context) => {
  if (layout.invariants?.includes("solvent")) checkSolvent();
  if (layout.invariants?.includes("ids_complete") && layout.nextId === undefined) {
    context.addIssue({
      code: "custom",
      path: ["invariants"],
      message: "ids_complete needs nextId: where the contract counts",
    });
  }
  checkFinalStatuses();
  checkKey(["stream", "key"], faultOfStreamKey(layout.stream.key));
  layout.nextId?.keys.forEach((key, i) => {
    checkKey(["nextId", "keys", i], faultOfCounterKey(key));
  });
  const seen = new Map<string, string>();
  for (const [name, { role }] of Object.entries(layout.fields)) {
    if (role === undefined) continue;
    const other = seen.get(role);
    if (other !== undefined) {
      const message = `the role ${role} is already that of ${other}`;
      context.addIssue({ code: "custom", path: ["fields", name, "role"], message });
    }
    seen.set(role, name);
  }

  /** Without these nothing could be summed up, and nothing summed up would pass for solvent. */
  function checkSolvent(): void {
    const roles = Object.values(layout.fields).map(({ role }) => role);
    const missing = OWING_ROLES.filter((role) => !roles.includes(role));
    const needs = [...missing.map((role) => `a field with the role ${role}`), ...(layout.nextId ? [] : ["nextId"])];
    const phases = phaseNames(layout.phases);
    if (
      !knownStatuses().some((status) => OPEN_PHASES.includes(phases?.get(status.toUpperCase()) ?? status.toUpperCase()))
    ) {
      needs.push("statuses, or phases, that name the open ones (Draft, Active, Paused)");
    }
    if (needs.length === 0) return;
    context.addIssue({ code: "custom", path: ["invariants"], message: `solvent needs ${needs.join(", ")}` });
  }

  function knownStatuses(): string[] {
    const values = Object.values(layout.fields).flatMap((field) => Object.values(field.values ?? {}));
    return [...(layout.statuses ?? []), ...values];
  }

  function checkFinalStatuses(): void {
    const known = knownStatuses();
    const upper = known.map((status) => status.toUpperCase());
    layout.finalStatuses?.forEach((status, i) => {
      if (known.length === 0 || upper.includes(status.toUpperCase())) return;
      const message = `${JSON.stringify(status)} is not a status of this layout: ${suggestion(status, known)}`;
      context.addIssue({ code: "custom", path: ["finalStatuses", i], message });
    });
  }

  function checkKey(path: (string | number)[], fault: string | null): void {
    if (fault !== null) context.addIssue({ code: "custom", path, message: fault });
  }
});

/** Drops keys that are there without a value, which is how zod returns optional ones. */
export function toLayout({ extends: preset, ...parsed }: z.output<typeof layoutSchema>): Layout {
  const layout = JSON.parse(JSON.stringify(parsed)) as Layout;
  if (preset === undefined) return layout;
  const base: Layout = PRESETS[preset];
  return base.database === undefined ? { ...layout, preset } : { ...layout, preset, database: base.database };
}
