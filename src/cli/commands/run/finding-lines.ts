import type { Finding } from "../../../core/report/report.js";
import { findingLine } from "../../../report/formats/ndjson.js";

/** Characters to collect before writing: a write per line would be a system call per line. */
const WRITE_AT_LEAST = 64 * 1024;

interface LinesOutput {
  write(text: string): void;
  backlog(): Promise<void> | null;
}

/** Writes findings as lines while the run is still at work. */
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
    // Readers see a line as soon as the program is idle.
    else this.#timer ??= setImmediate(() => this.flush());
  }

  /** Resolves once the written text has been read; null: there is room for more. */
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
