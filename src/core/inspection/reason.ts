import type { Report } from "../report/report.js";
import type { Inspection, InspectionResult } from "./inspection.js";

/** What the report of a run for this stream alone comes to. */
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

/** Why the verdict is what it is, for a person: sentences, with the ledgers that it rests on. */
export function reasonOf(
  report: Report,
  verdict: InspectionResult,
  { dbSynced, chainModified, observed }: Inspection["ledger"],
  maxLagLedgers: number,
): string {
  const row = dbSynced === null ? "the row does not say how far it has seen the chain" : `the row has seen ${dbSynced}`;
  switch (verdict) {
    case "in-sync":
      return chainModified === null
        ? "Nothing differs beyond what is allowed."
        : `Every mapped field agrees, or differs within what is allowed. The contract last changed the stream at ledger ${chainModified}; ${row}.`;
    case "not-found":
    case "unchecked":
      return (
        report.errors.map(({ message, code }) => `${sentence(message)} (${code})`).join(" ") || "Nothing was checked."
      );
    case "missing-on-chain":
      return sentence(`${looked(report)}the row is there, and at ledger ${observed} the contract had no such stream`);
    case "missing-in-db":
      return sentence(
        `${looked(report)}the contract has the stream since ledger ${chainModified} or before, and no row names it; the database as a whole has seen ${dbSynced ?? "an unknown ledger"}`,
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
      `${looked(report)}nothing changed on chain after ledger ${chainModified}, and the row says that it has seen ledger ${dbSynced}: it has seen this very state, and disagrees with it`,
    );
  }
  const age = (observed ?? 0) - (chainModified ?? 0);
  const row = dbSynced === null ? "the row does not say what it has seen" : `the row has only seen ledger ${dbSynced}`;
  return sentence(
    `${looked(report)}the contract changed the stream at ledger ${chainModified}, ${age} ledgers before it was read, and ${row}: more than the ${maxLagLedgers} ledgers that the database may take`,
  );
}

function lagReason(
  report: Report,
  { dbSynced, chainModified, observed }: Inspection["ledger"],
  maxLagLedgers: number,
): string {
  if (report.notices.some(({ code }) => code === "still_moving")) {
    return "Both sides still moved while the stream was looked at again: what differs may be work in progress.";
  }
  const left = maxLagLedgers - ((observed ?? 0) - (chainModified ?? 0));
  const row = dbSynced === null ? "the row does not say what it has seen" : `the row has only seen ledger ${dbSynced}`;
  return sentence(
    `the contract changed the stream at ledger ${chainModified}, and ${row}: the database may still be on its way. If it has not arrived in ${left} ledgers, this is drift`,
  );
}

/** How often it was looked at, in front of what was seen. */
function looked({ summary, notices }: Report): string {
  if (notices.some(({ code }) => code === "unconfirmed")) return "looked at once only: ";
  return summary.confirmation.confirmed > 0 ? "looked at again, and it stayed so: " : "";
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}
