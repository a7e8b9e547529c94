import type { DatabaseDefaults, Layout } from "../core/contract/layout.js";
import { STELLARSTREAM_COLUMNS, stellarstream, stellarstreamInstance } from "./stellarstream.js";

/** Its Prisma schema: PostgreSQL, the streams of both contracts in one table, one row of SyncState for all of them. */
const DATABASE = {
  table: "Stream",
  streamId: "streamId",
  onChainId: "streamId",
  contractColumn: "contract_id",
  cursor: { table: "SyncState", column: "lastLedgerSequence" },
  fields: STELLARSTREAM_COLUMNS,
} as const satisfies DatabaseDefaults;

/**
 * The V1 contract of StellarStream-HQ (StellarStream-HQ/StellarStream, contracts/Contract-V1) and its backend. The
 * contract has one closed state; the backend distinguishes why a stream was closed, and that it moved to V2.
 */
export const stellarstreamHq: Layout = {
  ...stellarstreamInstance,
  name: "stellarstream-hq",
  preset: "stellarstream-hq",
  fields: {
    ...stellarstreamInstance.fields,
    status: {
      from: ["state"],
      type: "status",
      role: "status",
      values: { "0": "Active", "1": "Paused", "2": "Closed" },
    },
  },
  statuses: ["Active", "Paused", "Closed"],
  database: {
    ...DATABASE,
    fields: { ...STELLARSTREAM_COLUMNS, status: { column: "status" } },
    statuses: { CANCELED: "Closed", COMPLETED: "Closed", ARCHIVED: "Closed" },
  },
};

/**
 * Its V2 contract: one persistent entry a stream again, and a counter of its own. Newer deployments pack whether a stream
 * is cancelled into bits, so the status is not compared. The backend names a stream that came from V1 by its id there
 * with -v2 appended; such a row does not say which stream of this contract it is, so it cannot be checked.
 */
export const stellarstreamHqV2: Layout = {
  ...stellarstream,
  name: "stellarstream-hq-v2",
  preset: "stellarstream-hq-v2",
  nextId: { storage: "instance", keys: ["STR_V2"], firstId: "0" },
  fields: {
    ...stellarstream.fields,
    amount: { from: ["total_amount"], type: "amount", role: "total" },
    cancelled: { type: "boolean" },
  },
  invariants: [],
  database: DATABASE,
};
