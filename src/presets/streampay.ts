import type { Layout } from "../core/contract/layout.js";

/**
 * StreamPay's escrow (Streampay-Org/StreamPay-Frontend, contracts/streampay-stream): one persistent entry a stream, ids
 * from 1. The struct has 14 fields, and 9, 11 or 13 of them in earlier deployments, where paused_at is pause_time and the
 * counter NextStreamId. What its invariants rest on: docs/contract-facts.md#streampays-escrow.
 * Identity, parties, token, total and fee are written once, by create_stream; a withdrawal only adds to what was released.
 */
export const streampay: Layout = {
  name: "streampay",
  preset: "streampay",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  nextId: { storage: "instance", keys: [["StreamCount"], ["NextStreamId"]], firstId: "1" },
  fields: {
    id: { type: "integer", role: "id", changes: "never" },
    sender: { type: "address", role: "sender", changes: "never" },
    recipient: { type: "address", role: "recipient", changes: "never" },
    token: { type: "address", role: "token", changes: "never" },
    total_amount: { type: "amount", role: "total", changes: "never" },
    released_amount: { type: "amount", role: "released", changes: "grows" },
    status: { type: "status", role: "status" },
    start_time: { type: "timestamp", role: "start" },
    end_time: { type: "timestamp", role: "end" },
    duration: { type: "integer", role: "duration" },
    last_update: { type: "timestamp", role: "last_update" },
    paused_at: { from: ["paused_at", "pause_time"], type: "timestamp", role: "paused_at" },
    total_paused_duration: { type: "integer", role: "total_paused" },
    fee_bps: { type: "integer", role: "fee_bps", changes: "never" },
  },
  statuses: ["Draft", "Active", "Paused", "Settled", "Ended", "Cancelled"],
  finalStatuses: ["Settled", "Cancelled"],
  invariants: [
    "parties_differ",
    "total_positive",
    "settled_fully_released",
    "open_not_fully_released",
    "draft_untouched",
    "window_valid",
    "pause_consistent",
    "fee_within_limit",
    "never_ended",
    "window_consistent",
    "window_amended",
    "released_within_vested",
    "settled_after_end",
    "cancel_paid_vested",
    "not_from_the_future",
    "ids_complete",
    "solvent",
  ],
  // The backend's table is the one that is looked for without any configuration.
  database: {
    fields: {
      recipient: { column: "recipient_address" },
      total_amount: { column: "total_amount" },
      released_amount: { column: "released_amount" },
      status: { column: "status" },
    },
  },
};
