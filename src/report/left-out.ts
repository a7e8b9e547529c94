import type { NoticeCode } from "../core/codes.js";
import type { Compared, Report } from "../core/report/report.js";
import { capitalized, grouped, printable } from "./text/readable.js";

/** A node whose newest ledger is older than this has usually stopped following the network. */
const FRESH_S = 600;

/** What narrows the run, or makes it more lenient than usual, a sentence each. */
export function leftOut({ scope, notices, compared, chain, errors }: Report): string[] {
  const has = (...codes: readonly NoticeCode[]) => notices.some(({ code }) => codes.some((known) => known === code));
  const column = compared?.narrowed.contractColumn ?? null;
  return [
    ...(scope === "all-streams" ? [] : [onlySome(scope)]),
    ...(has("rows_limited") ? ["A condition limits the rows that were checked."] : []),
    ...(column === null ? [] : [`Only rows of this contract were checked (column ${printable(column)}).`]),
    ...(has("db_only", "missing_rows_not_checked") ? ["Streams that the database lacks were not looked for."] : []),
    ...(scope === "all-streams" && compared?.solvency === false
      ? ["Whether the escrow can pay what it owes was not checked."]
      : []),
    ...(has("contract_missing")
      ? ["Streams that the database lacks were looked for only around the ids of its rows."]
      : []),
    ...(compared === null ? [] : lenient(compared, has("lag_allowed"))),
    ...notices.filter(({ code }) => code === "lag_not_seen").map(({ message }) => `${capitalized(message)}.`),
    ...(chain.source === "rpc" && (chain.ageSeconds ?? 0) > FRESH_S && !errors.some(({ code }) => code === "node_stale")
      ? [`The node's newest ledger was ${Math.floor(chain.ageSeconds! / 60)} minutes old.`]
      : []),
  ];
}

function onlySome(streams: readonly string[]): string {
  return streams.length === 1
    ? `Only stream ${printable(streams[0]!)} was checked.`
    : `Only the ${streams.length} requested streams were checked.`;
}

/** By how much which amounts may differ. */
export const tolerances = ({ tolerance, fieldTolerance }: Compared) =>
  [["Amounts", tolerance] as const, ...Object.entries(fieldTolerance)].filter(([, most]) => most !== "0");

function lenient(compared: Compared, allowsMoreLag: boolean): string[] {
  const { takenOut, maxLagLedgers } = compared;
  return [
    ...(takenOut.length > 0 ? [`Not compared, by configuration: ${takenOut.map(printable).join(", ")}.`] : []),
    ...tolerances(compared).map(
      ([what, most]) => `${printable(what)} may be off by up to ${grouped(most)} base units.`,
    ),
    ...(allowsMoreLag ? [`The database may be late by up to ${grouped(String(maxLagLedgers))} ledgers.`] : []),
  ];
}
