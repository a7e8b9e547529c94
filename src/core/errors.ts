import type { ErrorCode } from "./codes.js";

/** How an expected failure ends the run (docs/exit-codes.md). Anything else that is thrown is a bug: exit 1. */
export type FailureKind =
  /** The input is wrong, and stays so until the user changes it. Exit 2. */
  | "usage"
  /** Something could not be read: unreachable, refused, timed out, answered nonsense. Exit 5. */
  | "unavailable";

export interface ErrorDetails {
  /** Facts that help to locate the fault, one per line: the file, the row, the column, what was found. */
  readonly details?: readonly string[];
  /** What to do next, one step per line. */
  readonly hints?: readonly string[];
  readonly cause?: unknown;
}

/**
 * The base of every expected failure. The message is one short sentence without secrets. `code` is stable snake_case;
 * the report has it in `errors[].code`.
 */
export abstract class ReconcileError extends Error {
  abstract readonly kind: FailureKind;
  readonly code: ErrorCode;
  readonly details: readonly string[];
  readonly hints: readonly string[];

  constructor(code: ErrorCode, message: string, more: ErrorDetails = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = more.details ?? [];
    this.hints = more.hints ?? [];
  }
}

/** A wrong flag, configuration key, file, table or credential. */
export class ConfigurationError extends ReconcileError {
  readonly kind = "usage";
}

/** A database, node or network that could not be read, after every retry that made sense. */
export class UnavailableError extends ReconcileError {
  readonly kind = "unavailable";
}

/** Another run of the same contract is at work, so this one was not started. */
export class RunLocked extends UnavailableError {
  /** The run that is at work; null: unknown. */
  readonly runId: string | null;

  constructor(runId: string | null, message: string, more: ErrorDetails = {}) {
    super("run_locked", message, more);
    this.runId = runId;
  }
}
