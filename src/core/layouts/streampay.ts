import type { Layout } from "../layout.js";

/** StreamPay's escrow (facts C): one persistent entry a stream, a struct of 14 fields, fewer in earlier deployments. */
export const streampay: Layout = {
  name: "streampay",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  fields: {
    id: { type: "integer", role: "id" },
    sender: { type: "address", role: "sender" },
    recipient: { type: "address", role: "recipient" },
    token: { type: "address", role: "token" },
    total_amount: { type: "amount", role: "total" },
    released_amount: { type: "amount", role: "released" },
    status: { type: "status", role: "status" },
    start_time: { type: "timestamp", role: "start" },
    end_time: { type: "timestamp", role: "end" },
    duration: { type: "integer", role: "duration" },
    last_update: { type: "timestamp", role: "last_update" },
    paused_at: { from: ["paused_at", "pause_time"], type: "timestamp", role: "paused_at" },
    total_paused_duration: { type: "integer", role: "total_paused" },
    fee_bps: { type: "integer", role: "fee_bps" },
  },
  statuses: ["Draft", "Active", "Paused", "Settled", "Ended", "Cancelled"],
  invariants: [
    "total_positive",
    "settled_fully_released",
    "open_not_fully_released",
    "draft_untouched",
    "window_valid",
    "pause_consistent",
    "fee_within_limit",
    "never_ended",
  ],
  database: {
    fields: {
      recipient: { column: "recipient_address" },
      total_amount: { column: "total_amount" },
      released_amount: { column: "released_amount" },
      status: { column: "status" },
    },
  },
};
