import type { LedgersOfDifference, Remark, Report, RunStatus, Violation } from "../report/report.js";
import type { Lifetime } from "../rules/lifetime.js";
import type { Balances } from "./balances.js";
import type { InspectedField } from "./inspected-fields.js";
import type { StreamHistory } from "./stream-history.js";

/** The result in one word. */
export type InspectionResult =
  | "in-sync"
  | "drift"
  | "lag"
  | "missing-on-chain"
  | "missing-in-db"
  | "unchecked"
  | "not-found";

/** The stream's ledger entry as stored by the network. */
export interface RawEntry {
  /** XDR of the LedgerKey. */
  readonly key: Uint8Array;
  /** XDR of the stream's ScVal; null when there is no entry or its bytes could not be read. */
  readonly value: Uint8Array | null;
}

/** The stream's history, if any. */
export type InspectedHistory =
  | ({ readonly kind: "read" } & StreamHistory)
  /** The source has no history, or did not need to be asked; `message` says why. */
  | { readonly kind: "none"; readonly message: string };

/** Everything about one stream. */
export interface Inspection {
  readonly toolVersion: string;
  readonly inspectedAt: Date;
  /** The id used in the report. */
  readonly streamId: string;
  readonly onChainId: bigint | null;
  readonly contractId: string;
  readonly layout: string;
  readonly network: string | null;
  readonly status: RunStatus;
  readonly exitCode: number;
  readonly verdict: InspectionResult;
  /** The reason for the verdict, in one or two sentences. */
  readonly reason: string;
  /** The ledgers of the verdict; null where a side was not read. */
  readonly ledger: { readonly [name in keyof LedgersOfDifference]: number | null };
  readonly fields: readonly InspectedField[];
  /** The token of the amounts, if the contract's side has it. */
  readonly token: string | null;
  /** How to convert amounts to whole tokens, as in the report. */
  readonly tokens: Report["tokens"];
  readonly balances: Balances | null;
  readonly lifetime: Lifetime | null;
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
  readonly history: InspectedHistory;
  readonly raw: RawEntry | null;
  /** Whether the raw entry was requested, or is all there is to show. */
  readonly showRaw: boolean;
}
