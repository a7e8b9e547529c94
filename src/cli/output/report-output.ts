import { closeSync, createReadStream, openSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { UnavailableError } from "../../core/errors.js";
import type { Io } from "../process/io.js";

/**
 * Where a report goes: standard output or a file. The file is replaced in one step, so that a reader never finds half a
 * report; links are followed, and the mode is kept. Pipes and devices are written to directly. A report that cannot be
 * written goes to standard output, so that it is not lost, unless another report goes there.
 */
export class ReportOutput {
  readonly #path: string | null;
  readonly #io: Io;
  #file: number | null = null;
  /** The file being written, and the file to replace; null before the first write and for pipes and devices. */
  #draft: { readonly path: string; readonly target: string } | null = null;
  /** Bytes of the draft that were written in full. */
  #written = 0;
  #failure: unknown = null;
  /** Text that came after the failure: it has to wait until the draft has gone to standard output. */
  #late = "";

  /** Whether a report that cannot be written goes to standard output. */
  readonly #rescues: boolean;

  constructor(path: string | null, io: Io, { rescue = true }: { readonly rescue?: boolean } = {}) {
    this.#path = path;
    this.#io = io;
    this.#rescues = rescue;
  }

  /** Never throws: `finish` says what went wrong. */
  write(text: string): void {
    if (this.#path === null) {
      this.#io.stdout.write(text);
      return;
    }
    if (this.#failure === null) {
      try {
        this.#file ??= this.#open(this.#path);
        writeFileSync(this.#file, text);
        this.#written += Buffer.byteLength(text);
        return;
      } catch (error) {
        this.#failure = error;
      }
    }
    this.#late += text;
  }

  /** As for `Output`; a file always has room. */
  backlog(): Promise<void> | null {
    return this.#path === null ? (this.#io.stdout.backlog?.() ?? null) : null;
  }

  /** @throws UnavailableError when the file cannot be written; the report is then on standard output */
  async finish(): Promise<void> {
    if (this.#path === null) return;
    try {
      this.#close();
      if (this.#failure !== null) throw this.#failure;
      if (this.#draft !== null) await rename(this.#draft.path, this.#draft.target);
    } catch (cause) {
      if (this.#rescues) await this.#rescue();
      await this.abandon();
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
      throw new UnavailableError("output_failed", `The report could not be written to ${this.#path}: ${code}.`, {
        hints: [this.#rescues ? "It is on standard output instead." : "The other reports are not affected."],
        cause,
      });
    }
  }

  /** Removes the draft of a report that will not be finished. */
  async abandon(): Promise<void> {
    this.#close();
    if (this.#draft !== null) await rm(this.#draft.path, { force: true });
  }

  #open(path: string): number {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known !== undefined && !known.isFile()) return openSync(path, "w");
    const target = known === undefined ? path : realpathSync(path);
    const draft = `${target}.${this.#io.newRunId()}.tmp`;
    const file = openSync(draft, "wx", known?.mode);
    this.#draft = { path: draft, target };
    return file;
  }

  async #rescue(): Promise<void> {
    if (this.#written > 0 && this.#draft !== null) {
      const draft = createReadStream(this.#draft.path, { encoding: "utf8", end: this.#written - 1 });
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
