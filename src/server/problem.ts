/** What an authenticated caller is told when there is no result. */
export class Problem extends Error {
  readonly status: number;
  readonly problem: string;
  /** More members of `error`: the id of a run. */
  readonly more: Readonly<Record<string, string>>;
  /** What there is of a result all the same. */
  readonly data: unknown;

  constructor(
    status: number,
    problem: string,
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
