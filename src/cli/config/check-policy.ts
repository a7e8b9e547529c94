import { CONTRACT_INVARIANTS, INVARIANTS } from "../../core/rules/escrow-invariants.js";
import { suggestion } from "../../core/values/suggest.js";
import type { Mistake } from "./mistake.js";
import type { Config } from "./schema/config-schema.js";
import type { Settings } from "./settings.js";

const KNOWN_INVARIANTS = [
  ...INVARIANTS.map(({ name }) => name),
  ...CONTRACT_INVARIANTS,
  "balance_frozen",
  "id_below_count",
  "on_chain_id_unique",
];

/** Checks of a policy that need the mapping. */
export function checkPolicy(policy: Config["policy"], settings: Settings, mistakes: Mistake[]): void {
  const { fields } = settings.database.mapping;
  const mapped = Object.keys(fields);
  for (const name of Object.keys(policy?.fieldTolerance ?? {})) {
    const where = `policy.fieldTolerance.${name}`;
    const type = settings.contract.layout.fields[name]?.type;
    if (!mapped.includes(name)) {
      mistakes.push({ where, message: `this field is not compared: ${suggestion(name, mapped)}` });
    } else if (type !== "amount") {
      mistakes.push({ where, message: `tolerance is for amounts only; ${name} is of type ${type}` });
    }
  }
  policy?.ignore?.forEach((rule, i) => {
    const where = `policy.ignore.${i}`;
    const known = [...mapped, "presence"];
    if (rule.field !== undefined && !known.includes(rule.field)) {
      mistakes.push({
        where: `${where}.field`,
        message: `this field is not compared: ${suggestion(rule.field, known)}`,
      });
    }
    if (rule.invariant !== undefined && !KNOWN_INVARIANTS.includes(rule.invariant)) {
      const message = `no such invariant: ${suggestion(rule.invariant, KNOWN_INVARIANTS)}`;
      mistakes.push({ where: `${where}.invariant`, message });
    }
  });
}
