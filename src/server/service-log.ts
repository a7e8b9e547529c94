/** Values of a log line: our own or authenticated, never unverified input. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON object per line. */
export class ServiceLog {
  readonly #write: (fields: object) => void;
  readonly #now: () => number;

  /** @param write receives the fields of a line; must redact secrets */
  constructor(write: (fields: object) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  info(event: string, fields: LogFields = {}): void {
    this.#line("info", event, fields);
  }

  warn(event: string, fields: LogFields = {}): void {
    this.#line("warn", event, fields);
  }

  error(event: string, fields: LogFields = {}): void {
    this.#line("error", event, fields);
  }

  #line(level: string, event: string, fields: LogFields): void {
    const time = new Date(this.#now()).toISOString();
    this.#write({ time, level, event, ...fields });
  }
}
