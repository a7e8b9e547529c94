export type RunStatus = "IN_SYNC" | "DRIFT" | "VIOLATION" | "INCOMPLETE";

export type Classification = "drift" | "lag";

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
  /** First and last ledger at which the chain was read; null when it never was. */
  readonly ledger: { readonly first: number | null; readonly last: number | null };
  readonly summary: RunSummary;
  readonly discrepancies: readonly Discrepancy[];
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
  /** Of the tokens that discrepancies and `solvent` name, those whose units are known. */
  readonly tokens: readonly TokenUnits[];
}
