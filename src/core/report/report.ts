import type { Reason } from "../codes.js";

export type RunStatus = "IN_SYNC" | "DRIFT" | "VIOLATION" | "INCOMPLETE";

export type Classification = "drift" | "lag";

/** All reasons. docs/architecture.md ("Drift or lag") has the table. */
export const REASONS = [
  "missing",
  "contradiction",
  "missed",
  "stale",
  "no_cursor",
  "behind",
  "ahead",
] as const satisfies readonly Reason[];

/** The three ledgers of the verdict: S, M and L. */
export interface LedgersOfDifference {
  readonly dbSynced: number | null;
  readonly chainModified: number | null;
  readonly observed: number;
}

/** A field that differs beyond the tolerance, or a stream that one side lacks (`presence`). */
export interface Discrepancy {
  readonly streamId: string;
  readonly field: string;
  /** Amounts in base units; null: the side has no value. */
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
  readonly classification: Classification;
  readonly reason: Reason;
  /**
   * The contract of the amounts' token, as the chain's entry names it; for `presence`, the stream's token. Null: the
   * field is not an amount, the chain has no entry, or the entry names no token.
   */
  readonly token: string | null;
  readonly ledger: LedgersOfDifference;
}

/** Something that is wrong on one side, whatever the other says. */
export interface Violation {
  readonly streamId: string;
  readonly invariant: string;
  readonly side: "on_chain" | "db";
  readonly message: string;
  readonly values: Readonly<Record<string, string | null>>;
}

/**
 * An entry of `errors` (could not be checked) or of `notices` (worth knowing, never a failure). A run uses only the
 * codes in codes.ts; a report by another version may have others.
 */
export interface Remark<Code extends string = string> {
  readonly streamId: string | null;
  readonly code: Code;
  readonly message: string;
}

/** The unit of a token's amounts. */
export interface TokenUnits {
  readonly token: string;
  /** Null: unknown. */
  readonly symbol: string | null;
  readonly decimals: number;
  /** Where this comes from: our configuration, or the token's own contract, which nobody vouches for. */
  readonly source: "configuration" | "chain";
}

/** Any finding, with its kind. */
export type Finding =
  | ({ readonly kind: "discrepancy" } & Discrepancy)
  | ({ readonly kind: "violation" } & Violation)
  | ({ readonly kind: "error" | "notice" } & Remark);

/** Every stream seen is in exactly one of the six buckets; `violations` counts findings, not streams. */
export interface RunSummary {
  /** Streams that could be judged: all buckets except `unchecked`. */
  readonly streamsChecked: number;
  readonly inSync: number;
  readonly drifted: number;
  readonly lagging: number;
  readonly missingOnChain: number;
  readonly missingInDb: number;
  readonly violations: number;
  readonly unchecked: number;
  /** Findings that the policy ignores; each is also a notice. */
  readonly ignored: number;
  /** Streams that differed at first; of these, those that agreed in later looks, and those that drifted. */
  readonly confirmation: { readonly found: number; readonly dismissed: number; readonly confirmed: number };
}

/** What a run compared, and what it left out or allowed: as much a part of its result as what it found. */
export interface Compared {
  /** Fields that were compared. */
  readonly fields: readonly string[];
  /** Fields of the layout that no column is mapped to. */
  readonly notCompared: readonly string[];
  /** Of these, fields that the layout's own mapping would compare, and the configuration takes out. */
  readonly takenOut: readonly string[];
  /** Largest difference of an amount that counts as equal, in base units. */
  readonly tolerance: string;
  /** The same for single fields, instead of `tolerance`. */
  readonly fieldTolerance: Readonly<Record<string, string>>;
  readonly maxLagLedgers: number;
  /** What narrows the run; each null, false or empty where it does not. */
  readonly narrowed: {
    readonly streams: boolean;
    readonly dbOnly: boolean;
    readonly where: string | null;
    readonly contractColumn: string | null;
    /** Rules of `policy.ignore`. */
    readonly ignoreRules: number;
    /** What the run fails on. */
    readonly failOn: readonly string[];
  };
}

/** How far the database had come. */
export interface DatabaseProgress {
  /** F: the ledger up to which the database as a whole reflects the chain; null: unknown. */
  readonly watermark: number | null;
  /** Where that is told: in a table for all rows, or in the rows themselves; null: nowhere. */
  readonly toldBy: "table" | "rows" | null;
  /** What a row's cursor was taken for; null where rows have none. */
  readonly cursorMeans: "event" | "check" | "unknown" | null;
  /** Behind the chain's newest ledger. */
  readonly ledgersBehind: number | null;
  /** About: ledgers close every five seconds. */
  readonly secondsBehind: number | null;
}

/** The chain as the run found it. */
export interface ChainProgress {
  readonly source: "rpc" | "snapshot" | null;
  readonly newestLedger: number | null;
  /** When that ledger closed, and how long before the run that was; null where the source does not tell. */
  readonly closedAt: string | null;
  readonly ageSeconds: number | null;
}

/** The JSON report (docs/report.md#keys). Its shape never depends on its content; src/report-schema describes it. */
export interface Report {
  readonly schemaVersion: 1;
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly dryRun: boolean;
  readonly toolVersion: string;
  readonly status: RunStatus;
  readonly exitCode: 0 | 3 | 4 | 5 | 130 | 143;
  readonly scope: "all-streams" | readonly string[];
  readonly contractId: string;
  readonly network: string | null;
  /** First and last ledger at which the chain was read; null: never. */
  readonly ledger: { readonly first: number | null; readonly last: number | null };
  /** Null: the report is of an earlier version, which did not say. */
  readonly compared: Compared | null;
  readonly database: DatabaseProgress;
  readonly chain: ChainProgress;
  readonly summary: RunSummary;
  readonly discrepancies: readonly Discrepancy[];
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
  /** The known units of tokens that discrepancies, `solvent` and `balance_frozen` name. */
  readonly tokens: readonly TokenUnits[];
}
