import type { Clock } from "../ports/clock.js";
import type { Output } from "./io.js";

const REDRAW_MS = 200;

/** A line on the terminal that says how far the run is; silent where nobody watches. */
export class Progress {
  readonly #output: Output;
  readonly #clock: Clock;
  readonly #enabled: boolean;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #visible = false;

  constructor(output: Output, clock: Clock, enabled: boolean) {
    this.#output = output;
    this.#clock = clock;
    this.#enabled = enabled && output.isTTY;
  }

  update(seen: number): void {
    if (!this.#enabled || this.#clock.now() - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = this.#clock.now();
    this.#visible = true;
    this.#output.write(`\r\u001b[K${seen.toLocaleString("en-US")} streams compared`);
  }

  clear(): void {
    if (this.#visible) this.#output.write("\r\u001b[K");
    this.#visible = false;
  }
}
