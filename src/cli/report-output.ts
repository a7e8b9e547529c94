import { closeSync, createReadStream, openSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { UnavailableError } from "../core/errors.js";
import type { Io } from "./io.js";

/**
 * Where a report goes: standard output, or its file, which appears as a whole or not at all: a reader never finds half
 * of one. A file is replaced where a link leads to, and keeps its mode; a pipe or device is written to as it is.
 * What cannot be written to the file goes to standard output, so that it is not lost.
 */
export class ReportOutput {
  readonly #path: string | null;
  /** What the path stands for: another file behind a link, and a mode to keep. */
  readonly #target: string;
  readonly #mode: number | undefined;
  /** null: there is nothing to replace, the path is written to directly. */
  readonly #draft: string | null;
  readonly #io: Io;
  #file: number | null = null;
  /** Bytes of the draft that are known to have been written whole. */
  #written = 0;
  #failure: unknown = null;
  /** What came after the failure, until the draft has gone to standard output before it. */
  #late = "";

  constructor(path: string | null, io: Io) {
    this.#path = path;
    const known = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
    this.#target = known === undefined ? (path ?? "") : realpathOr(path ?? "");
    this.#mode = known?.mode;
    this.#draft = known === undefined || known.isFile() ? `${this.#target}.${io.newRunId()}.tmp` : null;
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
        this.#file ??= this.#draft === null ? openSync(this.#path, "w") : openSync(this.#draft, "wx", this.#mode);
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
      if (this.#draft !== null) await rename(this.#draft, this.#target);
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
    if (this.#path !== null && this.#draft !== null) await rm(this.#draft, { force: true });
  }

  async #rescue(): Promise<void> {
    if (this.#written > 0 && this.#draft !== null) {
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

/** `/dev/fd/1` and its like stand for something that has no path. */
function realpathOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
