import type { LedgersOfDifference, Remark, Report, RunStatus, Violation } from "../report/report.js";
import type { Lifetime } from "../rules/lifetime.js";
import type { Balances } from "./balances.js";
import type { InspectedField } from "./inspected-fields.js";
import type { StreamHistory } from "./stream-history.js";

/** What the whole comes to, in one word. */
export type InspectionResult =
  | "in-sync"
  | "drift"
  | "lag"
  | "missing-on-chain"
  | "missing-in-db"
  | "unchecked"
  | "not-found";

/** The stream's ledger entry as the network has it. */
export interface RawEntry {
  /** XDR of the LedgerKey. */
  readonly key: Uint8Array;
  /** XDR of the stream's ScVal; null when there is no entry, or its bytes could not be had. */
  readonly value: Uint8Array | null;
}

/** Whether there is a history to look at, and what it says. */
export type InspectedHistory =
  | ({ readonly kind: "read" } & StreamHistory)
  /** The source has none, or it was not worth asking; `message` says why. */
  | { readonly kind: "none"; readonly message: string };

/** Everything about one stream. */
export interface Inspection {
  readonly toolVersion: string;
  readonly inspectedAt: Date;
  /** As the report calls it. */
  readonly streamId: string;
  readonly onChainId: bigint | null;
  readonly contractId: string;
  readonly layout: string;
  readonly network: string | null;
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly verdict: InspectionResult;
  /** Why, in a sentence or two. */
  readonly reason: string;
  /** The ledgers of the verdict; null where a side was not read. */
  readonly ledger: { readonly [name in keyof LedgersOfDifference]: number | null };
  readonly fields: readonly InspectedField[];
  /** The token that the amounts are of, where the contract's side tells it. */
  readonly token: string | null;
  /** How amounts are to be read in whole tokens, as in the report. */
  readonly tokens: Report["tokens"];
  readonly balances: Balances | null;
  readonly lifetime: Lifetime | null;
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
  readonly history: InspectedHistory;
  readonly raw: RawEntry | null;
  /** Whether the raw entry was asked for, or is all that there is to see. */
  readonly showRaw: boolean;
}
