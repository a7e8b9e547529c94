import type { Finding } from "../core/report.js";
import { findingLine } from "../report/ndjson.js";

/** Characters that are written at once: a line at a time would be a system call a line. */
const WRITE_AT_LEAST = 64 * 1024;

/** Findings as lines, on their way out while the run is still at work. */
export class FindingLines {
  readonly #output: { write(text: string): void };
  readonly #redact: (text: string) => string;
  #waiting = "";
  #timer: NodeJS.Immediate | null = null;

  /** @param redact keeps secrets out of messages that come from databases and nodes */
  constructor(output: { write(text: string): void }, redact: (text: string) => string) {
    this.#output = output;
    this.#redact = redact;
  }

  add(finding: Finding): void {
    const isRemark = finding.kind === "error" || finding.kind === "notice";
    this.#waiting += findingLine(isRemark ? { ...finding, message: this.#redact(finding.message) } : finding);
    if (this.#waiting.length >= WRITE_AT_LEAST) this.flush();
    // Nobody who watches the lines waits longer than until the program has nothing else to do at the moment.
    else this.#timer ??= setImmediate(() => this.flush());
  }

  flush(): void {
    if (this.#timer !== null) clearImmediate(this.#timer);
    this.#timer = null;
    if (this.#waiting === "") return;
    this.#output.write(this.#waiting);
    this.#waiting = "";
  }
}
