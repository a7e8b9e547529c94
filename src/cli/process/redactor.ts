import { decodeStrKey } from "../../core/values/strkey.js";
import { formsOf, MAY_BE_CUT, MAY_BE_ESCAPED, type SecretForms } from "./secret-forms.js";

/** Shorter secrets, and short ones of digits alone, cannot be told from innocent text (docs/configuration.md#secrets-name). */
const SHORTEST = 4;
const SHORTEST_OF_DIGITS = 8;

const HIDDEN = "***";

const INTEGER = /^-?\d+$/;
/** A muxed account. */
const LONGEST_ADDRESS = 69;
const USER_OF_URL = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]{1,1000}@/gi;

/** Keys of reports and other answers whose value, where it is a single word, is one of ours or a name of the layout. */
const OUR_WORDS: ReadonlySet<string> = new Set(
  `classification code comparison cursorMeans event failOn field fields invariant kind layout level network notCompared
  reason refusal route scope side source status takenOut toldBy type verdict`.split(/\s+/),
);
const WORD = /^[a-z_-]+$/i;

/** A text or a value without secrets. */
export type Redact = <T>(value: T) => T;

/** Keeps secrets out of whatever leaves the program. */
export class Redactor {
  #secrets: readonly string[] = [];
  #patterns: Patterns | null = null;

  /** Adds texts that must not appear in any output. Those that `canBeHidden` excludes are passed over. */
  readonly hide = (secrets: readonly string[]): void => {
    const given = secrets.flatMap((secret) => [secret, secret.trim()]).filter(canBeHidden);
    const all = new Set([...this.#secrets, ...given]);
    if (all.size === this.#secrets.length) return;
    // Longest first: a URL goes as a whole before the password inside it.
    this.#secrets = [...all].sort((a, b) => b.length - a.length);
    this.#patterns = null;
  };

  /**
   * A text without secrets, or a value with all its texts without them. Its shape stays: amounts, addresses and our own
   * words are never changed. A value without secrets is returned as it is.
   */
  readonly redact: Redact = (value) => this.#clean(value, false) as typeof value;

  #clean(value: unknown, isOurs: boolean): unknown {
    if (typeof value === "string") return this.#text(value, isOurs);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Uint8Array) return this.#bytes(value);
    if (Array.isArray(value)) {
      const items = value.map((item) => this.#clean(item, isOurs));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    return isPlain(value) ? this.#members(value) : value;
  }

  #members(object: object): object {
    let isChanged = false;
    const entries = Object.entries(object).map(([key, member]): [string, unknown] => {
      const entry: [string, unknown] = [this.#text(key, true), this.#clean(member, OUR_WORDS.has(key))];
      isChanged ||= entry[0] !== key || entry[1] !== member;
      return entry;
    });
    return isChanged ? Object.fromEntries(entries) : object;
  }

  #text(text: string, isOurs: boolean): string {
    if (INTEGER.test(text) || (isOurs && WORD.test(text))) return text;
    const clean = this.#replaced(text, () => HIDDEN);
    return clean.includes("@") ? clean.replace(USER_OF_URL, `$1${HIDDEN}@`) : clean;
  }

  /** Bytes keep their number: what decodes them has to find what it expects. */
  #bytes(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString("latin1");
    const clean = this.#replaced(text, (found) => "*".repeat(found.length));
    return clean === text ? bytes : Uint8Array.from(Buffer.from(clean, "latin1"));
  }

  #replaced(text: string, replacement: (found: string) => string): string {
    if (this.#secrets.length === 0) return text;
    this.#patterns ??= new Patterns(this.#secrets);
    const whole = this.#patterns.of(MAY_BE_ESCAPED.test(text) ? "escaped" : "plain");
    const patterns = MAY_BE_CUT.test(text) ? [whole, this.#patterns.of("cut")] : [whole];
    return patterns.reduce(
      (clean, pattern) =>
        clean.replace(pattern, (found: string, at: number, all: string) =>
          isInAddress(all, at, found) ? found : replacement(found),
        ),
      text,
    );
  }
}

/** Whether a secret can be kept out of output without blotting out what is none. */
export function canBeHidden(secret: string): boolean {
  return secret.length >= (INTEGER.test(secret) ? SHORTEST_OF_DIGITS : SHORTEST) && !isAddress(secret);
}

const isAddress = (text: string): boolean => !("fault" in decodeStrKey(text));

/** Addresses are public, and a report that changes one is wrong. */
function isInAddress(text: string, at: number, found: string): boolean {
  if (!/^[A-Z2-7]+$/.test(found)) return false;
  const before = /[A-Z2-7]*$/.exec(text.slice(Math.max(0, at - LONGEST_ADDRESS), at))![0];
  const after = /^[A-Z2-7]*/.exec(text.slice(at + found.length, at + LONGEST_ADDRESS))![0];
  return isAddress(`${before}${found}${after}`);
}

/** Of any realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Each is made when a text needs it: most texts are plain. */
class Patterns {
  readonly #forms: readonly SecretForms[];
  readonly #made = new Map<keyof SecretForms, RegExp>();

  constructor(secrets: readonly string[]) {
    this.#forms = secrets.map(formsOf);
  }

  of(form: keyof SecretForms): RegExp {
    const made = this.#made.get(form) ?? new RegExp(this.#forms.map((all) => all[form]).join("|"), "gu");
    this.#made.set(form, made);
    return made;
  }
}
