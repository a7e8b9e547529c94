import { fullReport } from "./core-report.js";

const [violation] = fullReport().violations;

/** What makes of any report one that every reader must refuse: in words, as changes, and the fault that names the place. */
export const MALFORMED_REPORTS: readonly [what: string, changes: object, fault: RegExp][] = [
  ["a run id that is no UUID", { runId: "x" }, /runId: expected a UUID, found "x"/],
  ["a time that is none", { startedAt: "yesterday" }, /startedAt: expected a time like .*, found "yesterday"/],
  ["a contract id that is empty", { contractId: "" }, /contractId: expected text that fits \^C\S+, found ""/],
  [
    "a negative ledger",
    { ledger: { first: -1, last: null } },
    /ledger\.first: expected an integer from 0 to 4294967295, found -1/,
  ],
  [
    "an invariant that cannot be one",
    { violations: [{ ...violation, invariant: "A b" }] },
    /violations\[0\]\.invariant: expected text that fits \^\S+, found "A b"/,
  ],
  [
    "a code that cannot be one",
    { errors: [{ streamId: null, code: "A b", message: "" }] },
    /errors\[0\]\.code: expected text that fits \^\S+, found "A b"/,
  ],
];
