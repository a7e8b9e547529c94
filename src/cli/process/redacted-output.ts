import { inertJson } from "../../report/text/workflow-commands.js";
import type { Output } from "./io.js";
import type { Redactor } from "./redactor.js";

/** Standard error, for sentences and for lines of a log: no secret gets through. */
export class RedactedOutput implements Output {
  readonly #output: Output;
  readonly #redact: Redactor["redact"];

  constructor(output: Output, { redact }: Redactor) {
    this.#output = output;
    this.#redact = redact;
  }

  write(text: string): void {
    this.#output.write(this.#redact(text));
  }

  /** A line of JSON, whose keys stay whatever the secrets are. */
  writeJson(fields: object): void {
    this.#output.write(`${inertJson(JSON.stringify(this.#redact(fields)))}\n`);
  }

  get isTTY(): boolean {
    return this.#output.isTTY;
  }

  get columns(): number | undefined {
    return this.#output.columns;
  }
}
