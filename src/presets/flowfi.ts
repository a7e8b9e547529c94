import type { Layout } from "../core/contract/layout.js";

/**
 * FlowFi (LabsCrypt/flowfi, contracts/stream_contract): one persistent entry a stream, ids from 1; the counter holds the
 * id that was given out last. The first nine fields are in every deployment; later ones added pauses, a status, cliffs,
 * vesting schedules and disputes, of which those are named here that a database may want to be compared with.
 *
 * A withdrawal is never more than what is left of the deposit. The contract does not refuse a stream to oneself, newer
 * ones delete streams that are closed, and fund some from an allowance instead of a deposit: so nothing is said of the
 * parties, of holes in the ids, and of solvency.
 */
export const flowfi: Layout = {
  name: "flowfi",
  preset: "flowfi",
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  nextId: { storage: "instance", keys: [["StreamCounter"]], holds: "last", firstId: "1" },
  fields: {
    sender: { type: "address", role: "sender" },
    recipient: { type: "address", role: "recipient" },
    token_address: { type: "address", role: "token" },
    rate_per_second: { type: "amount", role: "rate" },
    deposited_amount: { type: "amount", role: "total", changes: "grows" },
    withdrawn_amount: { type: "amount", role: "released", changes: "grows" },
    start_time: { type: "timestamp", role: "start" },
    last_update_time: { type: "timestamp", role: "last_update" },
    is_active: { type: "boolean", role: "active" },
    // Not in the first deployments.
    cliff_time: { type: "timestamp" },
    paused: { type: "boolean", absent: false },
    paused_at: { type: "timestamp", role: "paused_at" },
    status: { type: "status", role: "status" },
  },
  statuses: ["Active", "Paused", "Cancelled", "Completed"],
  phases: { Completed: "Settled" },
  // The backend's Prisma schema: PostgreSQL, amounts as text, one row of IndexerState for all streams. lastUpdateTime is
  // not compared, because its event worker writes its own clock there; row 0 holds events that concern no stream.
  database: {
    table: "Stream",
    where: `CAST("streamId" AS text) IS DISTINCT FROM '0'`,
    streamId: "streamId",
    onChainId: "streamId",
    cursor: { table: "IndexerState", column: "lastLedger" },
    fields: {
      sender: { column: "sender" },
      recipient: { column: "recipient" },
      token_address: { column: "tokenAddress" },
      rate_per_second: { column: "ratePerSecond" },
      deposited_amount: { column: "depositedAmount" },
      withdrawn_amount: { column: "withdrawnAmount" },
      start_time: { column: "startTime" },
      is_active: { column: "isActive" },
      paused: { column: "isPaused", isOptional: true },
    },
  },
};
