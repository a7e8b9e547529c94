/** `warn`: a run would work, and something is worth changing. `skipped`: another check has to pass first. */
export type CheckStatus = "ok" | "warn" | "fail" | "skipped";

/** One thing that was looked at before anything is compared. */
export interface Check {
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, one fact a line. */
  readonly found: string;
  /** What to do about it, one step a line; null where nothing is to be done. */
  readonly action: string | null;
}

/** What a check comes to, before it is known by what name it goes. */
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
