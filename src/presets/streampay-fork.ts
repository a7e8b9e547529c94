import type { Layout } from "../core/contract/layout.js";

/**
 * A fork of StreamPay (mrmoney10010-design/StreamPay-Contracts): one persistent entry a stream, ids from 0, one token for
 * the whole contract, which its instance names and the streams do not.
 *
 * Its create_stream refuses a total that is not positive and a window that does not end after its start; Completed is set
 * when everything was withdrawn. Solvency is not checked: the struct does not say in which token a stream is.
 */
export const streampayFork: Layout = {
  name: "streampay-fork",
  preset: "streampay-fork",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  nextId: { storage: "instance", keys: [["Counter"]], firstId: "0" },
  fields: {
    sender: { type: "address", role: "sender" },
    recipient: { type: "address", role: "recipient" },
    total: { type: "amount", role: "total" },
    withdrawn: { type: "amount", role: "released" },
    start: { type: "timestamp", role: "start" },
    end: { type: "timestamp", role: "end" },
    status: { type: "status", role: "status", values: { "0": "Active", "1": "Cancelled", "2": "Completed" } },
  },
  statuses: ["Active", "Cancelled", "Completed"],
  phases: { Completed: "Settled" },
  invariants: ["total_positive", "window_valid", "settled_fully_released", "open_not_fully_released"],
};
