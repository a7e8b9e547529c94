import { editDistance } from "../../core/values/edit-distance.js";
import type { Environment } from "../process/io.js";

/** Environment variables that are read as configuration. An empty one is a mistake: a missing CI secret looks like that. */
export const VARIABLES = [
  "DATABASE_URL",
  "SOROBAN_RPC_URL",
  "STREAM_CONTRACT_ID",
  "RECONCILE_CONFIG",
  "RECONCILE_TOLERANCE",
  "RECONCILE_SERVICE",
  "RECONCILE_KEY_ID",
  "RECONCILE_URL",
];

const MOST_STEPS = 2;
/** Shorter words stand for too many things. */
const SHORTEST_PART = 8;

/**
 * A sentence for each variable that was probably meant to be one of ours, without its value.
 * @param all also look at names without `RECONCILE_`, for use where something is missing. Otherwise they are left out,
 *   since an environment is full of variables of others
 * @param used by the configuration file, under whatever name
 */
export function mistypedVariables(env: Environment, all: boolean, used: ReadonlySet<string>): string[] {
  const isOurs = (name: string) => VARIABLES.includes(name) || used.has(name);
  const given = Object.keys(env).filter((name) => (env[name] ?? "") !== "" && !isOurs(name));
  return given.sort().flatMap((name) => {
    if (!all && !name.startsWith("RECONCILE_")) return [];
    const meant = VARIABLES.find((known) => env[known] === undefined && isMeant(name, known));
    return meant === undefined ? [] : [`The environment variable ${name} is not used: did you mean ${meant}?`];
  });
}

/** Mistyped, or a part of the name: SOROBAN_RPC, CONTRACT_ID. */
function isMeant(name: string, known: string): boolean {
  const upper = name.toUpperCase();
  const isPart = upper.length >= SHORTEST_PART && (known.startsWith(`${upper}_`) || known.endsWith(`_${upper}`));
  return isPart || editDistance(upper, known, MOST_STEPS) <= MOST_STEPS;
}
