import type { Discrepancy, LedgersOfDifference, Remark, Report, Violation } from "../core/report/report.js";
import { sayReason } from "../core/report/say-reason.js";
import { integerDifference } from "./text/readable.js";
import { Units } from "./text/units.js";

/** What a finding is, in the order in which a person should look at them. */
export const KINDS = ["violation", "drift", "missing-on-chain", "missing-in-db", "error", "lag", "notice"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  violation: "violation",
  drift: "drift",
  "missing-on-chain": "missing on chain",
  "missing-in-db": "missing in the database",
  error: "not checked",
  lag: "lag",
  notice: "notice",
};

/** How bad each kind is: does it fail a run, may it come to that, or is it only worth knowing. */
export const LEVELS: Readonly<Record<Kind, "error" | "warning" | "notice">> = {
  violation: "error",
  drift: "error",
  "missing-on-chain": "error",
  "missing-in-db": "error",
  error: "error",
  lag: "warning",
  notice: "notice",
};

/** A finding of any list of the report, in one shape: what lists them side by side goes by this. */
export interface ListedFinding {
  readonly kind: Kind;
  /** null: it concerns the run as a whole. */
  readonly streamId: string | null;
  /** The field, the invariant or the code: what it is about. */
  readonly subject: string;
  readonly side: Violation["side"] | null;
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
  /** On-chain minus database; null where one of them is no integer. */
  readonly difference: bigint | null;
  readonly token: string | null;
  /** The three in the token's own units: "2.5 USDC"; null where nobody knows how to read them. */
  readonly units: { readonly db: string | null; readonly onChain: string | null; readonly difference: string | null };
  /** Of a discrepancy: why it is drift or lag. */
  readonly reason: Discrepancy["reason"] | null;
  readonly ledger: LedgersOfDifference | null;
  readonly values: Violation["values"] | null;
  /** What was found and how it was judged, in a sentence or two. */
  readonly message: string;
  /** What `explain` knows it by. */
  readonly code: string;
}

/** Every finding of the report, the most urgent kind first; inside a kind the report's order stays. */
export function listedFindings(report: Report): ListedFinding[] {
  const units = new Units(report);
  const all = [
    ...report.violations.map((found) => ofViolation(found, units)),
    ...report.discrepancies.map((found) => ofDiscrepancy(found, units)),
    ...report.errors.map((remark) => ofRemark("error", remark)),
    ...report.notices.map((remark) => ofRemark("notice", remark)),
  ];
  const rank = (finding: ListedFinding) => 2 * KINDS.indexOf(finding.kind) + (finding.side === "db" ? 1 : 0);
  return all.sort((a, b) => rank(a) - rank(b));
}

export function kindOf({ field, classification, dbValue }: Discrepancy): Kind {
  if (classification === "lag") return "lag";
  if (field !== "presence") return "drift";
  return dbValue === "missing" ? "missing-in-db" : "missing-on-chain";
}

const NO_UNITS = { db: null, onChain: null, difference: null };

const NO_VALUES = { dbValue: null, onChainValue: null, difference: null, token: null, units: NO_UNITS };
const NOTHING = { side: null, ...NO_VALUES, reason: null, ledger: null, values: null };

function ofViolation(found: Violation, units: Units): ListedFinding {
  const { streamId, invariant, side, values } = found;
  const message = units.beside(found.message, values.shortfall ?? null, values.token);
  return { ...NOTHING, kind: "violation", streamId, subject: invariant, side, values, message, code: invariant };
}

function ofDiscrepancy(found: Discrepancy, units: Units): ListedFinding {
  const { streamId, field, dbValue, onChainValue, token, reason, ledger } = found;
  const kind = kindOf(found);
  const difference = integerDifference(dbValue, onChainValue);
  const inUnits = {
    db: units.text(dbValue, token),
    onChain: units.text(onChainValue, token),
    difference: units.text(difference?.toString() ?? null, token),
  };
  const values = { dbValue, onChainValue, difference, token, units: inUnits };
  const message = sayReason(found);
  return { ...NOTHING, ...values, kind, streamId, subject: field, reason, ledger, message, code: kind };
}

function ofRemark(kind: "error" | "notice", { streamId, code, message }: Remark): ListedFinding {
  return { ...NOTHING, kind, streamId, subject: code, message, code };
}
