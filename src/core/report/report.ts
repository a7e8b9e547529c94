export type RunStatus = "IN_SYNC" | "DRIFT" | "VIOLATION" | "INCOMPLETE";

export type Classification = "drift" | "lag";

/** Why a difference is drift, or lag. docs/architecture.md ("Drift or lag") has the table. */
export const REASONS = ["missing", "contradiction", "missed", "stale", "no_cursor", "behind", "ahead"] as const;
export type Reason = (typeof REASONS)[number];

/** The three ledgers of the verdict: S, M and L. */
export interface LedgersOfDifference {
  readonly dbSynced: number | null;
  readonly chainModified: number | null;
  readonly observed: number;
}

/** A field that differs beyond tolerance, or a record that one side lacks (`presence`). */
export interface Discrepancy {
  readonly streamId: string;
  readonly field: string;
  /** Amounts in base units; null where the side has no value. */
  readonly dbValue: string | null;
  readonly onChainValue: string | null;
  readonly classification: Classification;
  readonly reason: Reason;
  /**
   * The contract of the token that the values are amounts of, as the chain's entry names it; of `presence`, the
   * stream's token. Null where the field is no amount, the chain has no entry, or that names no token.
   */
  readonly token: string | null;
  readonly ledger: LedgersOfDifference;
}

/** What one side alone shows to be wrong, whatever the other says. */
export interface Violation {
  readonly streamId: string;
  readonly invariant: string;
  readonly side: "on_chain" | "db";
  readonly message: string;
  readonly values: Readonly<Record<string, string | null>>;
}

/**
 * An entry of `errors` (could not be checked) or of `notices` (worth knowing, fails nothing). A run makes only remarks
 * whose codes are known (codes.ts); a report that another version wrote may have others.
 */
export interface Remark<Code extends string = string> {
  readonly streamId: string | null;
  readonly code: Code;
  readonly message: string;
}

/** How a token's amounts are to be read: so many decimals after the whole tokens. */
export interface TokenUnits {
  readonly token: string;
  /** Null where none is known. */
  readonly symbol: string | null;
  readonly decimals: number;
  /** Who says so: we were told, or the token's own contract does, which nobody vouches for. */
  readonly source: "configuration" | "chain";
}

/** Any of them, with the name of what it is. */
export type Finding =
  | ({ readonly kind: "discrepancy" } & Discrepancy)
  | ({ readonly kind: "violation" } & Violation)
  | ({ readonly kind: "error" | "notice" } & Remark);

/** Every stream seen is in exactly one of the six buckets; `violations` counts findings, not streams. */
export interface RunSummary {
  /** Streams that could be judged: every bucket but `unchecked`. */
  readonly streamsChecked: number;
  readonly inSync: number;
  readonly drifted: number;
  readonly lagging: number;
  readonly missingOnChain: number;
  readonly missingInDb: number;
  readonly violations: number;
  readonly unchecked: number;
  /** Findings that the policy ignores; each is a notice, too. */
  readonly ignored: number;
  /** Streams that differed at first, those of them that agreed when looked at again, and those that had drifted. */
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

/** The JSON report, design 2.3. Its shape never depends on its content; src/report-schema describes it for readers. */
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
  /** First and last ledger at which the chain was read; null when it never was. */
  readonly ledger: { readonly first: number | null; readonly last: number | null };
  readonly compared: Compared;
  readonly database: DatabaseProgress;
  readonly chain: ChainProgress;
  readonly summary: RunSummary;
  readonly discrepancies: readonly Discrepancy[];
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
  /** Of the tokens that discrepancies and `solvent` name, those whose units are known. */
  readonly tokens: readonly TokenUnits[];
}
