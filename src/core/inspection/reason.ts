import type { Report } from "../report/report.js";
import type { Inspection, InspectionResult } from "./inspection.js";

/** The verdict from the report of a run of this stream alone. */
export function resultOf({ discrepancies, errors, summary }: Report): InspectionResult {
  const worst = discrepancies.find(({ classification }) => classification === "drift") ?? discrepancies[0];
  if (worst !== undefined) {
    if (worst.classification === "lag") return "lag";
    if (worst.field !== "presence") return "drift";
    return worst.onChainValue === "missing" ? "missing-on-chain" : "missing-in-db";
  }
  if (errors.some(({ code }) => code === "stream_not_found" || code === "stream_gone")) return "not-found";
  return errors.length > 0 || summary.streamsChecked === 0 ? "unchecked" : "in-sync";
}

/** Explains the verdict to a person, with the ledgers that it rests on. */
export function reasonOf(
  report: Report,
  verdict: InspectionResult,
  { dbSynced, chainModified, observed }: Inspection["ledger"],
  maxLagLedgers: number,
): string {
  const row =
    dbSynced === null ? "the row does not say which ledger it has seen" : `the row has seen ledger ${dbSynced}`;
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
    case "missing-on-chain":
      return sentence(`${looked(report)}the row exists, but at ledger ${observed} the contract had no such stream`);
    case "missing-in-db":
      return sentence(
        `${looked(report)}the contract has had the stream since ledger ${chainModified} or earlier, but no row refers to it; the last ledger that the database as a whole has seen is ${dbSynced ?? "unknown"}`,
      );
    case "lag":
      return lagReason(report, { dbSynced, chainModified, observed }, maxLagLedgers);
    case "drift":
      return driftReason(report, { dbSynced, chainModified, observed }, maxLagLedgers);
  }
}

function driftReason(
  report: Report,
  { dbSynced, chainModified, observed }: Inspection["ledger"],
  maxLagLedgers: number,
): string {
  if (dbSynced !== null && chainModified !== null && chainModified <= dbSynced) {
    return sentence(
      `${looked(report)}nothing changed on chain after ledger ${chainModified}, and the row claims to have seen ledger ${dbSynced}, so it disagrees with a state that it has seen`,
    );
  }
  const age = (observed ?? 0) - (chainModified ?? 0);
  const row =
    dbSynced === null ? "the row does not say which ledger it has seen" : `the row has only seen ledger ${dbSynced}`;
  return sentence(
    `${looked(report)}the contract changed the stream at ledger ${chainModified}, ${age} ledgers before it was read, and ${row}: that exceeds the allowed lag of ${maxLagLedgers} ledgers`,
  );
}

function lagReason(
  report: Report,
  { dbSynced, chainModified, observed }: Inspection["ledger"],
  maxLagLedgers: number,
): string {
  if (report.notices.some(({ code }) => code === "still_moving")) {
    return "The stream still changed between looks, so the difference may be work in progress.";
  }
  const left = maxLagLedgers - ((observed ?? 0) - (chainModified ?? 0));
  const row =
    dbSynced === null ? "the row does not say which ledger it has seen" : `the row has only seen ledger ${dbSynced}`;
  return sentence(
    `the contract changed the stream at ledger ${chainModified}, and ${row}: the database may still catch up. If it has not done so within ${left} ledgers, this is drift`,
  );
}

/** Introduces a reason by how often the stream was looked at. */
function looked({ summary, notices }: Report): string {
  if (notices.some(({ code }) => code === "unconfirmed")) return "looked at only once: ";
  return summary.confirmation.confirmed > 0 ? "confirmed by another look: " : "";
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}
