import type { ByteWindow } from "./json/byte-window.js";
import { isSpace, JsonSkimmer } from "./json/json-skimmer.js";
import { JsonDamage } from "./json-damage.js";
import type { ElementPlace } from "./key-table.js";
import { PartTooLarge } from "./too-large.js";

/** Receives an element's bytes, which are only valid until it returns. */
export type ElementVisitor = (bytes: Buffer, place: ElementPlace) => void;

/** Visits the elements of an array, from after its `[` to before its `]`. */
export class ElementScanner {
  readonly #skimmer = new JsonSkimmer();
  #position = 0;
  #isAfterElement = false;

  constructor(
    private readonly window: ByteWindow,
    private readonly visit: ElementVisitor,
    private readonly maxBytes: number,
  ) {}

  async run(): Promise<void> {
    const { window } = this;
    while (!this.#goOn()) {
      if (window.end - window.at > this.maxBytes) throw new PartTooLarge(`ledger_entries[${this.#position}]`);
      if (await window.more()) continue;
      throw new JsonDamage(
        "truncated",
        "Array item or end of array ']' expected but reached end of input",
        window.offsetOf(window.end),
      );
    }
  }

  /** Visits every complete element in the window. @returns whether the array ended */
  #goOn(): boolean {
    const { window } = this;
    for (;;) {
      while (window.at < window.end && isSpace(window.bytes[window.at]!)) window.at += 1;
      if (window.at === window.end) return false;
      const byte = window.bytes[window.at]!;
      if (byte === 0x5d /* ] */ && (this.#isAfterElement || this.#position === 0)) return true;
      if (this.#isAfterElement) {
        if (byte !== 0x2c /* , */) this.#fail(window.at, "Comma ',' expected after value");
        window.at += 1;
        this.#isAfterElement = false;
        continue;
      }
      if (!this.#element()) return false;
    }
  }

  #element(): boolean {
    const { window } = this;
    const skimmer = this.#skimmer;
    const start = window.at;
    const result = skimmer.skim(window.bytes, start, window.end);
    if (result === "more") return false;
    if (result === "damaged") this.#fail(skimmer.end, skimmer.expected);
    if (result === "too-deep") throw new JsonDamage("too-deep", "nested too deeply", window.offsetOf(start));
    if (skimmer.end - start > this.maxBytes) throw new PartTooLarge(`ledger_entries[${this.#position}]`);
    const place = {
      position: this.#position,
      offset: window.offsetOf(start),
      length: skimmer.end - start,
      isPlain: skimmer.isPlain,
    };
    this.visit(window.bytes.subarray(start, skimmer.end), place);
    window.at = skimmer.end;
    this.#position += 1;
    this.#isAfterElement = true;
    return true;
  }

  #fail(at: number, expected: string): never {
    const { window } = this;
    const byte = window.bytes[at]!;
    const got = byte > 0x20 && byte < 0x7f ? `'${String.fromCharCode(byte)}'` : `the byte ${byte}`;
    throw new JsonDamage("damaged", `${expected} but got ${got}`, window.offsetOf(at), byte);
  }
}
