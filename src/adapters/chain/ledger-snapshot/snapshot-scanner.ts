import { ElementScanner, type ElementVisitor } from "./element-scanner.js";
import type { ByteWindow } from "./json/byte-window.js";
import { isSpace, MAX_NESTING } from "./json/json-skimmer.js";
import { JsonDamage } from "./json-damage.js";
import type { SnapshotFrame } from "./snapshot-frame.js";
import { PartTooLarge } from "./too-large.js";

/** The longest spelling of `ledger_entries`, with every character escaped. */
const MAX_NAME_BYTES = 6 * "ledger_entries".length;

const ELEMENTS = "ledger_entries";
const WRAPPER = "ledger";

/**
 * Scans a snapshot once: passes each element of `ledger_entries`, at the top level or inside `ledger`, to `visit`, and
 * keeps the rest, unvalidated, to be parsed as a whole.
 * @throws JsonDamage if an element, or a separator of elements, is not JSON.
 * @throws PartTooLarge if an element, or the rest, is larger than `maxPartBytes`.
 */
export async function scanSnapshot(
  window: ByteWindow,
  visit: ElementVisitor,
  maxPartBytes: number,
): Promise<SnapshotFrame> {
  const scanner = new FrameScanner(window, maxPartBytes);
  let cut: SnapshotFrame["cut"];
  while (await scanner.nextElements()) {
    const from = window.offsetOf(window.at);
    if (cut !== undefined) throw new JsonDamage("damaged", `Duplicate key '${ELEMENTS}' encountered`, from);
    const at = scanner.keptBytes;
    await new ElementScanner(window, visit, maxPartBytes).run();
    cut = { at, length: window.offsetOf(window.at) - from };
  }
  return { bytes: scanner.frame(), cut };
}

class FrameScanner {
  keptBytes = 0;
  readonly #kept: Buffer[] = [];
  /** The bytes of the open brackets. */
  readonly #open: number[] = [];
  /** The last string on the first and second level, as spelled in the file: a name, if a colon follows. */
  readonly #names: [number[], number[]] = [[], []];
  #inText = false;
  #escaped = false;
  #afterColon = false;
  #isWhole = false;

  constructor(
    private readonly window: ByteWindow,
    private readonly maxBytes: number,
  ) {}

  frame(): Buffer {
    return Buffer.concat(this.#kept);
  }

  /** Moves the window past the `[` of `ledger_entries`; false if the file ends or turns out not to be JSON. */
  async nextElements(): Promise<boolean> {
    const { window } = this;
    for (;;) {
      const from = window.at;
      for (let at = from; at < window.end; at++) {
        const step = this.#take(window.bytes[at]!, at);
        if (step === "go-on") continue;
        this.#keep(from, at + 1);
        window.at = at + 1;
        return step === "elements";
      }
      this.#keep(from, window.end);
      window.at = window.end;
      if (!(await window.more())) return false;
    }
  }

  #keep(from: number, to: number): void {
    this.keptBytes += to - from;
    if (this.keptBytes > this.maxBytes) throw new PartTooLarge("everything outside ledger_entries");
    this.#kept.push(Buffer.from(this.window.bytes.subarray(from, to)));
  }

  #take(byte: number, at: number): "go-on" | "elements" | "hopeless" {
    if (this.#inText) return this.#takeText(byte);
    if (isSpace(byte)) return "go-on";
    const open = this.#open;
    if (this.#isWhole) return "hopeless";
    const afterColon = this.#afterColon;
    this.#afterColon = byte === 0x3a;
    if (byte === 0x22) {
      this.#inText = true;
      if (open.length === 1 || open.length === 2) this.#names[open.length - 1] = [];
    } else if (byte === 0x7b || byte === 0x5b) {
      const isElements = byte === 0x5b && afterColon && this.#isAtElements();
      if (open.length === MAX_NESTING) throw new JsonDamage("too-deep", "nested too deeply", this.window.offsetOf(at));
      open.push(byte);
      if (!isElements) return "go-on";
      // The element scanner stops before the `]`, which is read here.
      return "elements";
    } else if (byte === 0x7d || byte === 0x5d) {
      // `{` and `}`, `[` and `]` are two apart.
      if (open.pop() !== byte - 2) return "hopeless";
      this.#isWhole = open.length === 0;
    }
    return "go-on";
  }

  #takeText(byte: number): "go-on" {
    if (this.#escaped) this.#escaped = false;
    else if (byte === 0x5c) this.#escaped = true;
    else if (byte === 0x22) this.#inText = false;
    const name = this.#names[this.#open.length - 1];
    if (this.#inText && name !== undefined && name.length <= MAX_NAME_BYTES) name.push(byte);
    return "go-on";
  }

  #isAtElements(): boolean {
    if (this.#open.some((bracket) => bracket !== 0x7b)) return false;
    const [first, second] = this.#names;
    if (this.#open.length === 1) return isName(first, ELEMENTS);
    return this.#open.length === 2 && isName(first, WRAPPER) && isName(second, ELEMENTS);
  }
}

function isName(bytes: readonly number[], name: string): boolean {
  const text = Buffer.from(bytes).toString("latin1");
  if (!text.includes("\\")) return text === name;
  try {
    return JSON.parse(`"${text}"`) === name;
  } catch {
    return false; // The frame's parser will reject the escape.
  }
}
