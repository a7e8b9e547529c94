import type { RunProgress } from "../../core/look/run-progress.js";
import type { Clock } from "../../ports/clock.js";
import type { Environment, Output } from "../process/io.js";

const REDRAW_MS = 100;
/** A rate over less than this says nothing yet. */
const SETTLED_MS = 1_000;
const NARROWEST = 20;

/** A line on the terminal that says how far the run is; silent when not on a terminal. */
export class Progress {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #enabled: boolean;
  #phaseStartedAt: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #phase: RunProgress["phase"] | null = null;
  #visible = false;

  constructor(output: Output, clock: Clock, enabled: boolean) {
    this.#output = output;
    this.#clock = clock;
    this.#enabled = enabled && output.isTTY;
    this.#phaseStartedAt = clock.now();
  }

  update(progress: RunProgress): void {
    if (!this.#enabled) return;
    const now = this.#clock.now();
    if (progress.phase === this.#phase && now - this.#drawnAt < REDRAW_MS) return;
    if (this.#phase !== null && progress.phase !== this.#phase) this.#phaseStartedAt = now;
    this.#drawnAt = now;
    this.#phase = progress.phase;
    this.#visible = true;
    // One column is left free: a line that fills the last one may already have moved to the next.
    const room = Math.max(NARROWEST, this.#output.columns ?? 80) - 1;
    this.#output.write(`\r\u001b[K${fitting(wordings(progress, now - this.#phaseStartedAt), room)}`);
  }

  clear(): void {
    if (this.#visible) this.#output.write("\r\u001b[K");
    this.#visible = false;
  }
}

/** Whether a person may be watching: not in CI, whose logs keep every line, and not where the line cannot be rewritten. */
export function isWatched(env: Environment): boolean {
  return ["", "false", "0"].includes(env.CI ?? "") && env.TERM !== "dumb";
}

/** The first that fits; the shortest is cut if it has to be. */
function fitting(wordings: readonly string[], room: number): string {
  return wordings.find((text) => text.length <= room) ?? wordings.at(-1)!.slice(0, room);
}

/** What there is to say, in ever fewer words. */
function wordings(progress: RunProgress, elapsedMs: number): string[] {
  if (progress.phase === "comparing") return comparing(progress, elapsedMs);
  const { look, looks, streams, seen, ledger, phase } = progress;
  const of = `${look} of ${Math.max(look, looks)}`;
  const differ = `${number(streams)} ${streams === 1 ? "stream that differs" : "streams that differ"}`;
  const wait = phase === "waiting" ? `, waiting for ledger ${ledger}` : "";
  // What is looked at in one breath needs no count.
  const left = phase === "waiting" || elapsedMs < SETTLED_MS ? null : timeLeft(seen, streams, elapsedMs);
  const count = left === null ? [] : [`looking again (${of}): ${number(seen)} of ${differ}, about ${left} left`];
  return [
    ...count,
    `looking again (${of}) at ${differ}${wait}`,
    `looking again (${of})${wait}`,
    `looking again (${of})`,
  ];
}

function comparing(progress: Extract<RunProgress, { phase: "comparing" }>, elapsedMs: number): string[] {
  const { seen } = progress;
  // There may be more rows than the contract has streams; then the total is unknown.
  const total = progress.total !== null && progress.total >= seen ? progress.total : null;
  const rate = elapsedMs < SETTLED_MS ? null : (seen * 1000) / elapsedMs;
  const speed = rate === null ? "" : `, ${number(Math.round(rate))}/s`;
  const left = rate === null || total === null ? null : timeLeft(seen, total, elapsedMs);
  const short = total === null ? `${number(seen)} streams` : `${number(seen)} of ~${number(total)}`;
  return [
    `${number(seen)}${total === null ? "" : ` of about ${number(total)}`} streams compared${speed}${left === null ? "" : `, about ${left} left`}`,
    `${short}${speed}${left === null ? "" : `, ~${left} left`}`,
    `${short}${left === null ? "" : `, ~${left} left`}`,
    short,
  ];
}

/** At the pace so far; null where there is none yet, or nothing left. */
function timeLeft(seen: number, total: number, elapsedMs: number): string | null {
  return seen === 0 || seen >= total ? null : duration(((total - seen) * elapsedMs) / 1000 / seen);
}

const number = (value: number): string => value.toLocaleString("en-US");

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
