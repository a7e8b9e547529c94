import type { Discrepancy, LedgersOfDifference, Remark, Report, Violation } from "../core/report/report.js";
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
const NOTHING = { side: null, ...NO_VALUES, ledger: null, values: null };

function ofViolation(found: Violation, units: Units): ListedFinding {
  const { streamId, invariant, side, values } = found;
  const message = units.beside(found.message, values.shortfall ?? null, values.token);
  return { ...NOTHING, kind: "violation", streamId, subject: invariant, side, values, message, code: invariant };
}

function ofDiscrepancy(found: Discrepancy, units: Units): ListedFinding {
  const { streamId, field, dbValue, onChainValue, token, ledger } = found;
  const kind = kindOf(found);
  const difference = integerDifference(dbValue, onChainValue);
  const inUnits = {
    db: units.text(dbValue, token),
    onChain: units.text(onChainValue, token),
    difference: units.text(difference?.toString() ?? null, token),
  };
  const values = { dbValue, onChainValue, difference, token, units: inUnits };
  const message = reasonOf(found);
  return { ...NOTHING, ...values, kind, streamId, subject: field, ledger, message, code: kind };
}

function ofRemark(kind: "error" | "notice", { streamId, code, message }: Remark): ListedFinding {
  return { ...NOTHING, kind, streamId, subject: code, message, code };
}

/** Why a discrepancy was judged as it was, from its three ledgers (docs/architecture.md, "Drift or lag"). */
function reasonOf({ field, dbValue, classification, ledger }: Discrepancy): string {
  const { dbSynced: seen, chainModified: changed, observed } = ledger;
  const read = `read at ledger ${observed}`;
  const onItsWay = classification === "lag" ? "; the database may still be on its way" : "";
  if (field === "presence" && dbValue === "missing") {
    const since = changed === null ? "" : `, last changed at ledger ${changed}`;
    const upTo = seen === null ? "" : ` although it has seen ledger ${seen}`;
    return classification === "lag"
      ? `The contract has this stream${since}, and the database has no row for it yet${onItsWay} (${read}).`
      : `The contract has this stream${since}, and the database has no row for it${upTo} (${read}).`;
  }
  if (field === "presence") {
    return `The database has this stream, and the contract has no entry for it${onItsWay} (${read}).`;
  }
  if (changed === null) return `The two sides differ (${read}).`;
  if (seen !== null && changed <= seen) {
    return classification === "lag"
      ? `The sides differ, but one of them was still moving when it was looked at last (${read}).`
      : `The contract's entry has not changed since ledger ${changed}, and the row says that it has seen ledger ${seen}.`;
  }
  const since =
    seen === null ? "and the row does not tell what it has seen" : `after ledger ${seen}, which the row has seen`;
  return classification === "lag"
    ? `The contract's entry changed at ledger ${changed}, ${since}${onItsWay} (${read}).`
    : `The contract's entry changed at ledger ${changed}, ${since}; the database had its time (${read}).`;
}
