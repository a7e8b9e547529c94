/** `warn`: a run would work, but something should be changed. `skipped`: another check has to pass first. */
export type CheckStatus = "ok" | "warn" | "fail" | "skipped";

/** One check of `doctor`, as reported. */
export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, one fact per line. */
  readonly found: string;
  /** What to do about it, one step per line; null: nothing. */
  readonly action: string | null;
}

/** The result of a check, not yet named. */
export interface CheckResult {
  readonly status: Exclude<CheckStatus, "skipped">;
  readonly found: readonly string[];
  readonly action?: readonly string[];
}

export const ok = (...found: readonly string[]): CheckResult => ({ status: "ok", found });

export const warn = (found: readonly string[], action: readonly string[]): CheckResult => ({
  status: "warn",
  found,
  action,
});

export const fail = (found: readonly string[], action: readonly string[]): CheckResult => ({
  status: "fail",
  found,
  action,
});
