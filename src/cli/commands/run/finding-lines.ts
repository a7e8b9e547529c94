import type { Finding } from "../../../core/report/report.js";
import { findingLine } from "../../../report/formats/ndjson.js";
import type { Redact } from "../../process/redactor.js";

/** Characters to collect before writing: a write per line would be a system call per line. */
const WRITE_AT_LEAST = 64 * 1024;

interface LinesOutput {
  write(text: string): void;
  backlog(): Promise<void> | null;
}

/** Writes findings as lines while the run is still at work. */
export class FindingLines {
  readonly #output: LinesOutput;
  readonly #redact: Redact;
  #waiting = "";
  #timer: NodeJS.Immediate | null = null;

  constructor(output: LinesOutput, redact: Redact) {
    this.#output = output;
    this.#redact = redact;
  }

  add(finding: Finding): void {
    this.#waiting += findingLine(this.#redact(finding));
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
