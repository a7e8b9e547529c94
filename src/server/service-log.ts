/** Values of a log line: all of them ours, or proven; never what a stranger sent. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One JSON object a line. */
export class ServiceLog {
  readonly #write: (text: string) => void;
  readonly #now: () => number;

  /** @param write takes a whole line; keeps secrets out of it */
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
