import { html, type Markup, NOTHING } from "./markup.js";

const INTEGER = /^([-+]?)(\d+)$/;
const STRKEY = /^[A-Z2-7]{56,}$/;
const ENDS = 6;
/** From here on a number may need two lines, and then is broken between its groups. */
const LONG_GROUPS = 2;

/** An integer in groups of three. The commas are only seen, for the style makes them: what is copied has the digits alone. */
export function number(value: string | bigint | number): Markup {
  const [, sign = "", digits = ""] = INTEGER.exec(String(value)) ?? [];
  if (digits === "") return html`${String(value)}`;
  const first = digits.length % 3 || Math.min(3, digits.length);
  const groups = digits.slice(first).match(/\d{3}/g) ?? [];
  const isLong = groups.length > LONG_GROUPS;
  const seen = groups.map((group) => (isLong ? html`<i></i><wbr>${group}` : html`<i></i>${group}`));
  return html`<span class="n">${sign}${digits.slice(0, first)}${seen}</span>`;
}

/** The name of a field, an invariant or a code, which may be broken between its words and nowhere else. */
export function name(text: string): Markup {
  const words = text.split("_");
  const broken = words.map((word, index) => (index === 0 ? html`${word}` : html`_<wbr>${word}`));
  return html`<span class="f">${broken}</span>`;
}

/** An amount in its token's units, below the base units; nothing where they are not known. */
export const inUnits = (text: string | null): Markup =>
  text === null ? NOTHING : html` <span class="units">${breakable(text)}</span>`;

/** A text with an amount, which may be broken after a group of its digits. */
export function breakable(text: string): Markup {
  const groups = text.split(",");
  return html`${groups.map((group, index) => (index === 0 ? html`${group}` : html`,<wbr>${group}`))}`;
}

/** A value of a stream. An address is shortened for the eye, unless it would look like `other`; copied, it is whole. */
export function value(text: string | null, other: string | null = null): Markup {
  if (text === null) return html`<span class="none">none</span>`;
  if (text === "") return html`<span class="none">empty</span>`;
  if (INTEGER.test(text)) return number(text);
  return STRKEY.test(text) ? address(text, other) : html`${text}`;
}

export function address(text: string, other: string | null = null): Markup {
  const ends = (of: string) => `${of.slice(0, ENDS)} ${of.slice(-ENDS)}`;
  if (!STRKEY.test(text)) return html`${text}`;
  if (other !== null && other !== text && ends(other) === ends(text)) return html`<span class="a">${text}</span>`;
  return html`<span class="a s">${text.slice(0, ENDS)}<span class="m">${text.slice(ENDS, -ENDS)}</span>${text.slice(-ENDS)}</span>`;
}

/** A bar as long as its part of the whole; a part that is not zero is always seen. */
export function bar(part: number, whole: number, tone: string): Markup {
  if (whole === 0 || part === 0) return NOTHING;
  const percent = Math.max(0.5, (100 * part) / whole).toFixed(2);
  return html`<svg class="bar t-${tone}" width="100%" height="12" aria-hidden="true" focusable="false"><rect class="rail" width="100%" height="12" rx="2"/><rect class="fill" width="${percent}%" height="12" rx="2"/></svg>`;
}
