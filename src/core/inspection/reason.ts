import type { Discrepancy, Report } from "../report/report.js";
import { sayReason } from "../report/say-reason.js";
import type { Inspection, InspectionResult } from "./inspection.js";

/** The verdict from the report of a run of this stream alone. */
export function resultOf({ discrepancies, errors, summary }: Report): InspectionResult {
  const worst = worstOf({ discrepancies });
  if (worst !== undefined) {
    if (worst.classification === "lag") return "lag";
    if (worst.field !== "presence") return "drift";
    return worst.onChainValue === "missing" ? "missing-on-chain" : "missing-in-db";
  }
  if (errors.some(({ code }) => code === "stream_not_found" || code === "stream_gone")) return "not-found";
  return errors.length > 0 || summary.streamsChecked === 0 ? "unchecked" : "in-sync";
}

const worstOf = ({ discrepancies }: Pick<Report, "discrepancies">): Discrepancy | undefined =>
  discrepancies.find(({ classification }) => classification === "drift") ?? discrepancies[0];

/** Why the verdict is what it is, for a person: sentences, with the ledgers that it rests on. */
export function reasonOf(
  report: Report,
  verdict: InspectionResult,
  { dbSynced, chainModified, observed }: Inspection["ledger"],
  maxLagLedgers: number,
): string {
  const worst = worstOf(report);
  const row = dbSynced === null ? "the row does not say how far it has seen the chain" : `the row has seen ${dbSynced}`;
  switch (verdict) {
    case "in-sync":
      return chainModified === null
        ? "No difference exceeds what is allowed."
        : `Every mapped field agrees, or differs no more than allowed. The contract last changed the stream at ledger ${chainModified}; ${row}.`;
    case "not-found":
    case "unchecked":
      return (
        report.errors.map(({ message, code }) => `${sentence(message)} (${code})`).join(" ") || "Nothing was checked."
      );
    case "lag":
      return `${sayReason(worst!)}${timeLeft({ chainModified, observed }, maxLagLedgers)}`;
    case "missing-on-chain":
    case "missing-in-db":
    case "drift":
      return `${looked(report)} ${sayReason(worst!)}`.trim();
  }
}

function timeLeft(
  { chainModified, observed }: Pick<Inspection["ledger"], "chainModified" | "observed">,
  maxLagLedgers: number,
): string {
  if (chainModified === null || observed === null) return "";
  return ` If it has not arrived in ${maxLagLedgers - (observed - chainModified)} ledgers, this is drift.`;
}

/** Introduces a reason by how often the stream was looked at. */
function looked({ summary, notices }: Report): string {
  if (notices.some(({ code }) => code === "unconfirmed")) return "Looked at once only.";
  return summary.confirmation.confirmed > 0 ? "Looked at again, and it stayed so." : "";
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}
