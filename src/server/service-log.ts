/** Values of a log line: our own or authenticated, never unverified input. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one JSON object per line. */
export class ServiceLog {
  readonly #write: (text: string) => void;
  readonly #now: () => number;

  /** @param write receives a whole line; must redact secrets */
  constructor(write: (text: string) => void, now: () => number) {
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
    this.#write(`${JSON.stringify({ time, level, event, ...fields })}\n`);
  }
}
