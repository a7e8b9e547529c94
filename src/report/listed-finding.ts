import type { Reason } from "../core/codes.js";
import type { Discrepancy, LedgersOfDifference, Remark, Report, Violation } from "../core/report/report.js";
import { sayReason } from "../core/report/say-reason.js";
import { KINDS, type Kind } from "./kinds.js";
import type { RenderOptions } from "./reporter.js";
import { count, integerDifference } from "./text/readable.js";
import { Units } from "./text/units.js";

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

/** Every finding of the report, the most urgent first; findings that are equally urgent keep the report's order. */
export function listedFindings(report: Report): ListedFinding[] {
  const units = new Units(report);
  const all = [
    ...report.violations.map((found) => ofViolation(found, units)),
    ...report.discrepancies.map((found) => ofDiscrepancy(found, units)),
    ...report.errors.map((remark) => ofRemark("error", remark)),
    ...report.notices.map((remark) => ofRemark("notice", remark)),
  ];
  return all.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || rankInKind(a) - rankInKind(b));
}

/** Findings of the kinds that are asked for, and a sentence about the others; null: there are no others. */
export function shownFindings(report: Report, { only = null }: Pick<RenderOptions, "only">) {
  const all = listedFindings(report);
  const findings = only === null ? all : all.filter(({ kind }) => only.includes(kind));
  const hidden = all.length - findings.length;
  const others = `${count(hidden, "finding")} of other kinds ${hidden === 1 ? "is" : "are"} not shown (--only)`;
  return { findings, others: hidden === 0 ? null : others };
}

/**
 * A row that cannot have been right at any time comes first, then one that claims to have seen the change, then one that
 * has not come to it: the first shows a fault in what writes rows, the last perhaps only one that stands still.
 */
const REASONS_BY_URGENCY: readonly Reason[] = ["contradiction", "missed", "stale", "no_cursor"];

/** The chain's violations come before the database's, which may follow from them. */
function rankInKind({ kind, side, reason }: ListedFinding): number {
  if (kind === "violation") return side === "db" ? 1 : 0;
  return kind === "drift" && reason !== null ? REASONS_BY_URGENCY.indexOf(reason) : 0;
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
