import type { StreamStruct } from "../streampay-contract.js";
import type { StreamRow } from "./table-model.js";
import { vestedAmount } from "./vested-amount.js";

/** The tool may choose what to call a window that an amendment explains. */
const AMENDED_WINDOW = ["window_amended", "window_consistent_amended"];

/**
 * The names under which a broken rule may be reported, by its number in docs/contract-facts.md#streampays-invariants;
 * written from that table, apart from the tool's own invariants. One fault may break several rules, of which the tool
 * names the telling one.
 */
export function brokenByEntry(stream: StreamStruct, keyId: bigint, now: bigint): Map<number, string[]> {
  const broken = new Map<number, string[]>();
  const rule = (number: number, isBroken: boolean, ...names: string[]) => {
    if (isBroken) broken.set(number, [...(broken.get(number) ?? []), ...names]);
  };
  const { status, total_amount: total, released_amount: released, start_time: start, end_time: end } = stream;
  const paused = stream.total_paused_duration;
  const isRunning = status === "Active" || status === "Paused";
  const stretched = end - start - stream.duration;

  rule(1, stream.id !== keyId, "id_matches_key");
  rule(3, total < 0n, "total_not_negative");
  rule(3, total === 0n, "total_positive");
  rule(3, released < 0n, "released_not_negative");
  rule(3, released > total, "released_within_total");
  rule(3, stream.sender === stream.recipient, "parties_differ");
  rule(4, status === "Settled" && released !== total, "settled_fully_released");
  rule(5, (isRunning || status === "Draft") && released >= total, "open_not_fully_released");
  const untouched = released === 0n && start === 0n && stream.paused_at === 0n && paused === 0n;
  rule(6, status === "Draft" && !untouched, "draft_untouched");
  rule(7, start > 0n && (end <= start || stream.duration === 0n), "window_valid");
  const byAmendment = stretched >= 0n && stretched <= paused;
  rule(8, start > 0n && stretched !== paused, ...(byAmendment ? AMENDED_WINDOW : ["window_consistent"]));
  rule(9, (status === "Active" || status === "Draft") && stream.paused_at !== 0n, "pause_consistent");
  const pausedWell = stream.paused_at > 0n && stream.paused_at <= stream.last_update;
  rule(9, status === "Paused" && !pausedWell, "pause_consistent");
  const overReleased = isRunning && released > vestedAmount(stream, now);
  rule(10, overReleased, "released_within_vested", "released_within_vested_amended");
  rule(11, status === "Settled" && stream.last_update < end, "settled_after_end");
  rule(12, status === "Cancelled" && released !== vestedAtCancel(stream), "cancel_paid_vested");
  const waits = stream.last_update === start && released === 0n;
  rule(13, stream.last_update > now && !waits, "not_from_the_future");
  rule(14, stream.fee_bps > 10_000, "fee_within_limit");
  rule(15, status === "Ended", "never_ended");
  return broken;
}

/** A cancelled entry keeps its `paused_at`, which an active stream never has: it tells the status before the cancel. */
function vestedAtCancel(stream: StreamStruct): bigint {
  const status = stream.start_time === 0n ? "Draft" : stream.paused_at > 0n ? "Paused" : "Active";
  return vestedAmount({ ...stream, status }, stream.last_update);
}

/** What a row's own numbers show to be wrong. @param hasSender whether the mapping reads the sender */
export function brokenByRow(row: StreamRow, hasSender: boolean): string[] {
  const names: string[] = [];
  if (row.total < 0n) names.push("total_not_negative");
  if (row.released < 0n) names.push("released_not_negative");
  if (row.total >= 0n && row.released > row.total) names.push("released_within_total");
  if (row.status === "settled" && row.released >= 0n && row.released < row.total) names.push("settled_fully_released");
  if (hasSender && row.sender === row.recipient) names.push("parties_differ");
  return names;
}
