import type { ChalkInstance } from "chalk";
import type { BalanceTime } from "../../core/inspection/balances.js";
import { explorerOf } from "../../core/inspection/explorer.js";
import type { Inspection } from "../../core/inspection/inspection.js";
import type { Lifetime } from "../../core/rules/lifetime.js";
import { prose, titled } from "../text/grid.js";
import { count } from "../text/readable.js";
import { isoTime } from "./iso-time.js";
import { amountsOf, pairs } from "./parts.js";

/** How long the entry lives on, as a sentence. */
export function lifetimeText({ state, liveUntil, ledgersLeft }: Lifetime): string {
  switch (state) {
    case "live":
      return `time to live: until ledger ${liveUntil}, ${leftText(ledgersLeft!)}`;
    case "ends-soon":
      return `time to live: until ledger ${liveUntil}, only ${leftText(ledgersLeft!)}; it is archived then`;
    case "expired":
      return `time to live: expired at ledger ${liveUntil}; the entry must be restored before anyone can use it`;
    case "archived-or-unknown":
      return "time to live: archived, or the node does not tell";
    case "not-told":
      return "time to live: not told by this source";
  }
}

const LEDGERS_AN_HOUR = 720;

/** A ledger closes about every five seconds. */
function leftText(ledgers: number): string {
  const hours = Math.floor(ledgers / LEDGERS_AN_HOUR);
  const time =
    hours < 1 ? "less than an hour" : hours < 48 ? count(hours, "hour") : count(Math.floor(hours / 24), "day");
  return `${count(ledgers, "more ledger")} (${hours < 1 ? "" : "about "}${time})`;
}

export function amountsBlock(inspection: Inspection, width: number, paint: ChalkInstance): string {
  const { balances } = inspection;
  if (balances === null) return "";
  const amountText = amountsOf(inspection);
  const { at, total, released, vested, withdrawable, owed, overpaid } = balances;
  const rows = [
    ["total", amountText(total), "in base units of the token"],
    ["released", amountText(released), "paid out to the recipient"],
    vested === null
      ? ["vested", "?", "the layout does not say how this contract vests"]
      : ["vested", amountText(vested), "earned by the recipient by then"],
    ...(withdrawable === null ? [] : [["withdrawable", amountText(withdrawable), "could be taken out then"]]),
    owed === null
      ? ["owed", "?", "the layout does not say what is still open"]
      : ["owed", amountText(owed), "what the escrow still has to pay for it"],
    ...(overpaid === null || overpaid === 0n
      ? []
      : [["overpaid", amountText(overpaid), "released beyond what had vested"]]),
  ];
  const title = prose([`Amounts on chain at ${timeOf(at)}`], width).join("\n");
  return titled(title, pairs(rows, width, ["left", "right"]), paint);
}

function timeOf({ seconds, source }: BalanceTime): string {
  const time = isoTime(seconds) ?? String(seconds);
  switch (source.kind) {
    case "ledger":
      return `${time}, the close of ledger ${source.ledger}`;
    case "later-ledger":
      return `${time}, the close of ledger ${source.ledger} (that of the ledger read is not known)`;
    case "clock":
      return `${time} by this machine's clock (the node tells no close times)`;
  }
}

/** The address of the explorer once, and what follows it: whole links would not fit on a line. Json has them whole. */
export function explorerBlock(
  { contractId, network, ledger, history }: Inspection,
  width: number,
  paint: ChalkInstance,
) {
  const explorer = explorerOf(network);
  if (explorer === null) return "";
  const hashes = history.kind === "none" ? [] : history.transactions.slice(-3).map(({ hash }) => hash);
  const links = [
    explorer.contract(contractId),
    ...(ledger.chainModified === null ? [] : [explorer.ledger(ledger.chainModified)]),
    ...hashes.flatMap((hash) => (hash === null ? [] : [explorer.transaction(hash)])),
  ];
  const lines = links.map((link) => link.slice(explorer.root.length));
  return titled("Explorer", prose([`${explorer.root} and then:`, ...lines], width, "  ").join("\n"), paint);
}
