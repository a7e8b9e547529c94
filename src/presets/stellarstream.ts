import type { Layout } from "../core/contract/layout.js";

/** What every form of the backend keeps of a stream. */
export const STELLARSTREAM_COLUMNS = {
  sender: { column: "sender" },
  receiver: { column: "receiver" },
  amount: { column: "amount" },
  withdrawn_amount: { column: "withdrawn" },
} as const;

/**
 * StellarStream (utilityjnr/StellarStream, contracts): one persistent entry a stream, ids from 1; the counter holds the
 * id that was given out last. Its create_stream refuses a total that is not positive, and a window that does not end
 * after its start. It does not refuse a stream to oneself, and deposits may earn interest in a vault of another contract:
 * so nothing is said of the parties and of solvency.
 */
export const stellarstream: Layout = {
  name: "stellarstream",
  preset: "stellarstream",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  nextId: { storage: "instance", keys: [["StreamId"]], holds: "last", firstId: "1" },
  fields: {
    sender: { type: "address", role: "sender" },
    receiver: { type: "address", role: "recipient" },
    token: { type: "address", role: "token" },
    amount: { type: "amount", role: "total" },
    withdrawn_amount: { type: "amount", role: "released" },
    start_time: { type: "timestamp", role: "start" },
    end_time: { type: "timestamp", role: "end" },
    cliff_time: { type: "timestamp" },
  },
  invariants: ["total_positive", "window_valid"],
  // The backend's Prisma schema: SQLite, ids and amounts as text, and no cursor that tells how far it has come. A stream
  // that moved to the V2 contract has a second row, with -v2 appended to its id.
  database: {
    table: "Stream",
    where: `coalesce(CAST("streamId" AS text), '') NOT LIKE '%-v2'`,
    streamId: "streamId",
    onChainId: "streamId",
    cursor: null,
    fields: STELLARSTREAM_COLUMNS,
  },
};

/**
 * The other form of the same contract: every stream inside the contract's own instance entry, under the symbol STR_CNT,
 * which by itself is the key of the counter; ids from 0, and a struct with a longer name for the total.
 */
export const stellarstreamInstance: Layout = {
  ...stellarstream,
  name: "stellarstream-instance",
  preset: "stellarstream-instance",
  stream: { storage: "instance", key: ["STR_CNT", { u64: "$id" }] },
  nextId: { storage: "instance", keys: ["STR_CNT"], firstId: "0" },
  fields: {
    sender: { type: "address", role: "sender" },
    receiver: { type: "address", role: "recipient" },
    token: { type: "address", role: "token" },
    amount: { from: ["total_amount", "amount"], type: "amount", role: "total" },
    withdrawn_amount: { type: "amount", role: "released" },
    start_time: { type: "timestamp", role: "start" },
    end_time: { type: "timestamp", role: "end" },
    cancelled: { type: "boolean" },
    is_paused: { type: "boolean" },
    is_frozen: { type: "boolean" },
  },
};
