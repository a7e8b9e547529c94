import type { Reason } from "../codes.js";
import type { Discrepancy } from "./report.js";

/** Why a difference is drift or lag, in a sentence (docs/architecture.md, "Drift or lag"). */
export function sayReason(found: Discrepancy): string {
  const { field, dbValue } = found;
  if (field !== "presence") return SENTENCES[reasonOf(found)](found);
  return dbValue === "missing" ? sayMissingRow(found) : sayMissingEntry(found);
}

/** Reports of earlier versions give no reason; they are read as if all that differs had been missed. */
function reasonOf({ classification, reason }: Discrepancy): Reason {
  return classification === "lag" && reason !== "ahead" ? "behind" : reason;
}

const SENTENCES: Readonly<Record<Reason, (found: Discrepancy) => string>> = {
  missing: sayMissingEntry,
  contradiction: (found) => `The row says what the stream has never been on chain${read(found)}.`,
  missed: sayMissed,
  stale: (found) => `${changed(found)}, and the database has had its time: ${hasCome(found)}${read(found)}.`,
  no_cursor: (found) => `${changed(found)}, and nothing shows that the database is on its way${read(found)}.`,
  behind: (found) => `${changed(found)}, and the database is on its way: ${hasCome(found)}${read(found)}.`,
  ahead: (found) => `The row was written ahead: the contract has come to say what it said before${read(found)}.`,
};

function sayMissed(found: Discrepancy): string {
  const { dbSynced, chainModified } = found.ledger;
  if (dbSynced === null || chainModified === null || chainModified > dbSynced) {
    return `The row was not what the contract's entry had been at the row's cursor, at every look: it has missed a change${read(found)}.`;
  }
  return `The contract's entry has not changed since ledger ${chainModified}, and the database has seen ledger ${dbSynced}: it has missed the change.`;
}

function sayMissingEntry(found: Discrepancy): string {
  return `The database has this stream, and the contract has no entry for it${read(found)}.`;
}

function sayMissingRow(found: Discrepancy): string {
  const { dbSynced, chainModified } = found.ledger;
  const since = chainModified === null ? "" : `, last changed at ledger ${chainModified}`;
  const stream = `The contract has this stream${since}, and the database has no row for it`;
  if (reasonOf(found) === "behind") return `${stream} yet: ${hasCome(found)}${read(found)}.`;
  const hasSeen = dbSynced !== null && chainModified !== null && dbSynced >= chainModified;
  if (hasSeen) return `${stream}, although it has seen ledger ${dbSynced}${read(found)}.`;
  return `${stream}: ${hasCome(found)}${read(found)}.`;
}

const changed = ({ ledger }: Discrepancy): string => `The contract's entry changed at ledger ${ledger.chainModified}`;

const hasCome = ({ ledger }: Discrepancy): string =>
  ledger.dbSynced === null ? "nothing tells how far it has come" : `it has come to ledger ${ledger.dbSynced}`;

const read = ({ ledger }: Discrepancy): string => ` (read at ledger ${ledger.observed})`;
