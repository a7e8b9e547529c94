import { EXIT_CODES } from "./exit-codes.js";
import type { Catalogue, Explanation, Kind } from "./explanation.js";
import { FINDINGS } from "./findings.js";
import { CONTRACT_INVARIANTS, STREAM_INVARIANTS } from "./invariants.js";
import { NOTICES } from "./notices.js";
import { REASONS } from "./reasons.js";
import { REQUEST_ERRORS } from "./request-errors.js";
import { RUN_ERRORS } from "./run-errors.js";
import { SERVICE_PROBLEMS, SERVICE_REFUSALS } from "./service-codes.js";
import { STARTUP_ERRORS } from "./startup-errors.js";
import { STREAM_ERRORS } from "./stream-errors.js";

export type { Explanation } from "./explanation.js";

const NOT_CHECKED = "Could not be checked";

const ALL: readonly Explanation[] = [
  ...explained("exit", EXIT_CODES, null),
  ...explained("finding", FINDINGS, null),
  ...explained("reason", REASONS, null),
  ...explained("invariant", STREAM_INVARIANTS, "Violation on chain"),
  ...explained("invariant", CONTRACT_INVARIANTS, null),
  ...explained("error", STREAM_ERRORS, NOT_CHECKED),
  ...explained("error", REQUEST_ERRORS, NOT_CHECKED),
  ...explained("error", RUN_ERRORS, NOT_CHECKED),
  ...explained("error", STARTUP_ERRORS, null),
  ...explained("notice", NOTICES, "Notices"),
  ...explained("service", SERVICE_PROBLEMS, null),
  ...explained("service", SERVICE_REFUSALS, null),
];

/** Other names for codes: report statuses, kinds of `--fail-on`, signals. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["in_sync", "0"],
  ["incomplete", "5"],
  ["sigint", "130"],
  ["sigterm", "143"],
  ["archived", "archived_or_unknown"],
  ["ttl", "ttl_low"],
  ["unlisted", "missing_rows_not_checked"],
]);

/** Ignores case, and treats `-`, `_` and spaces alike. */
const plain = (code: string): string =>
  code
    .trim()
    .toLowerCase()
    .replace(/[-\s]+/g, "_");

const BY_CODE = new Map(ALL.map((explanation) => [plain(explanation.code), explanation]));

/** Every exit code, finding, reason, invariant, error, notice and code of a service, in the order of the documentation. */
export function explanations(): readonly Explanation[] {
  return ALL;
}

/** Looks up a code in any spelling that `plain` accepts; null when it is unknown. */
export function explain(code: string): Explanation | null {
  const wanted = plain(code);
  return BY_CODE.get(ALIASES.get(wanted) ?? wanted) ?? null;
}

/** @param section the group's section, for codes without their own */
function explained(kind: Kind, catalogue: Catalogue, section: string | null): Explanation[] {
  return Object.entries(catalogue).map(([code, { title, meaning, action, section: own = section }]) => ({
    code,
    kind,
    title,
    meaning,
    action,
    section: own,
  }));
}
