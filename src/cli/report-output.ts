import { closeSync, createReadStream, openSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { UnavailableError } from "../core/errors.js";
import type { Io } from "./io.js";

/**
 * Where a report goes: standard output, or its file, which appears as a whole or not at all: a reader never finds half
 * of one. What cannot be written to the file goes to standard output, so that it is not lost.
 */
export class ReportOutput {
  readonly #path: string | null;
  readonly #draft: string;
  readonly #io: Io;
  #file: number | null = null;
  /** Bytes of the draft that are known to have been written whole. */
  #written = 0;
  #failure: unknown = null;
  /** What came after the failure, until the draft has gone to standard output before it. */
  #late = "";

  constructor(path: string | null, io: Io) {
    this.#path = path;
    this.#draft = `${path}.${io.newRunId()}.tmp`;
    this.#io = io;
  }

  /** Never throws: `finish` says what went wrong. */
  write(text: string): void {
    if (this.#path === null) {
      this.#io.stdout.write(text);
      return;
    }
    if (this.#failure === null) {
      try {
        this.#file ??= openSync(this.#draft, "wx");
        writeFileSync(this.#file, text);
        this.#written += Buffer.byteLength(text);
        return;
      } catch (error) {
        this.#failure = error;
      }
    }
    this.#late += text;
  }

  /** @throws UnavailableError when the file cannot be written; the report is then on standard output */
  async finish(): Promise<void> {
    if (this.#path === null) return;
    try {
      this.#close();
      if (this.#failure !== null) throw this.#failure;
      await rename(this.#draft, this.#path);
    } catch (cause) {
      await this.#rescue();
      await this.abandon();
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new UnavailableError("output_failed", `The report could not be written to ${this.#path}: ${code}.`, {
        hints: ["It is on standard output instead."],
        cause,
      });
    }
  }

  /** Removes what was written of a report that there will not be. */
  async abandon(): Promise<void> {
    this.#close();
    if (this.#path !== null) await rm(this.#draft, { force: true });
  }

  async #rescue(): Promise<void> {
    if (this.#written > 0) {
      const draft = createReadStream(this.#draft, { encoding: "utf8", end: this.#written - 1 });
      for await (const text of draft) this.#io.stdout.write(text as string);
    }
    this.#io.stdout.write(this.#late);
  }

  #close(): void {
    if (this.#file === null) return;
    const file = this.#file;
    this.#file = null;
    closeSync(file);
  }
}
