import type { ErrorCode } from "../core/codes.js";
import type { SERVICE_PROBLEMS } from "../explanations/service-codes.js";

/** A code of the service itself, or of the error that stopped the work. */
type ProblemCode = keyof typeof SERVICE_PROBLEMS | ErrorCode;

/** The error answer for an authenticated caller. */
export class Problem extends Error {
  readonly status: number;
  readonly problem: ProblemCode;
  /** More members of `error`, such as a run's id. */
  readonly more: Readonly<Record<string, string>>;
  /** A partial result, if any. */
  readonly data: unknown;

  constructor(
    status: number,
    problem: ProblemCode,
    message: string,
    { data, ...more }: { readonly data?: unknown; readonly runId?: string } = {},
  ) {
    super(message);
    this.status = status;
    this.problem = problem;
    this.more = more;
    this.data = data;
  }

  get body(): object {
    const error = { code: this.problem, message: this.message, ...this.more };
    return this.data === undefined ? { error } : { error, data: this.data };
  }
}
