import type { Finding } from "../../../core/report/report.js";
import { findingLine } from "../../../report/ndjson.js";

/** Characters that are written at once: a line at a time would be a system call a line. */
const WRITE_AT_LEAST = 64 * 1024;

interface LinesOutput {
  write(text: string): void;
  backlog(): Promise<void> | null;
}

/** Findings as lines, on their way out while the run is still at work. */
export class FindingLines {
  readonly #output: LinesOutput;
  readonly #redact: (text: string) => string;
  #waiting = "";
  #timer: NodeJS.Immediate | null = null;

  /** @param redact keeps secrets out of messages that come from databases and nodes */
  constructor(output: LinesOutput, redact: (text: string) => string) {
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

  /** Resolves once the reader has taken what was written; null: there is room for more. */
  backlog(): Promise<void> | null {
    return this.#output.backlog();
  }

  flush(): void {
    if (this.#timer !== null) clearImmediate(this.#timer);
    this.#timer = null;
    if (this.#waiting === "") return;
    this.#output.write(this.#waiting);
    this.#waiting = "";
  }
}
