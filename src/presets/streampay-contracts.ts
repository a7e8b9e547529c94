import type { Layout } from "../core/contract/layout.js";

/**
 * The small StreamPay contract (Streampay-Org/StreamPay-Contracts): it counts what a payer owes by the second, and holds
 * no token. Ids of 32 bits from 1. Early deployments keep every stream inside the contract's own instance entry.
 *
 * Its create_stream refuses a rate or a balance that is not positive, and a settlement never takes more than the balance;
 * start_stream sets the start to the ledger's time. A stream that is settled and stopped may be archived, which deletes
 * it: ids may have holes. Nothing is said of who pays whom, or of an escrow's balance, since there is none.
 */
export const streampayContracts: Layout = {
  name: "streampay-contracts",
  preset: "streampay-contracts",
  stream: { storage: "instance", key: ["stream", { u32: "$id" }] },
  nextId: { storage: "instance", keys: ["next_id"], firstId: "1" },
  fields: {
    payer: { type: "address", role: "sender" },
    recipient: { type: "address", role: "recipient" },
    rate_per_second: { type: "amount", role: "rate" },
    balance: { type: "amount", role: "balance" },
    start_time: { type: "timestamp", role: "start" },
    end_time: { type: "timestamp", role: "end" },
    is_active: { type: "boolean", role: "active" },
    // Since streams can be paused; 0 while they are not.
    paused_at: { type: "timestamp", role: "paused_at" },
  },
  invariants: ["rate_positive", "active_has_started"],
};

/** The same contract since each stream has a persistent entry of its own; only the counter stayed in the instance. */
export const streampayContractsPersistent: Layout = {
  ...streampayContracts,
  name: "streampay-contracts-persistent",
  preset: "streampay-contracts-persistent",
  stream: { storage: "persistent", key: ["stream", { u32: "$id" }] },
};
