import type { Layout } from "../core/contract/layout.js";

/**
 * Fluxora (Fluxora-Org/Fluxora-Contracts, contracts/stream): one persistent entry a stream, ids from 0, the status an enum
 * of integers, one token for the whole contract, which its instance names and the streams do not.
 *
 * Completed is set when the whole deposit was withdrawn. A completed stream may be closed, which
 * deletes it, so ids may have holes; the struct does not say in which token a stream is, so solvency is not checked.
 * Its backend's table of streams is keyed by transaction and event, and has no column with the contract's id: nothing
 * can be compared before it has one, and where is for the configuration to say.
 */
export const fluxora: Layout = {
  name: "fluxora",
  preset: "fluxora",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  nextId: { storage: "instance", keys: [["NextStreamId"]], firstId: "0" },
  fields: {
    stream_id: { type: "integer", role: "id" },
    sender: { type: "address", role: "sender" },
    recipient: { type: "address", role: "recipient" },
    deposit_amount: { type: "amount", role: "total" },
    withdrawn_amount: { type: "amount", role: "released" },
    rate_per_second: { type: "amount", role: "rate" },
    start_time: { type: "timestamp", role: "start" },
    cliff_time: { type: "timestamp" },
    end_time: { type: "timestamp", role: "end" },
    status: {
      type: "status",
      role: "status",
      values: { "0": "Active", "1": "Paused", "2": "Completed", "3": "Cancelled" },
    },
    // None until the stream is cancelled.
    cancelled_at: { type: "timestamp" },
  },
  statuses: ["Active", "Paused", "Completed", "Cancelled"],
  phases: { Completed: "Settled" },
  invariants: ["settled_fully_released"],
};
