import { escaped } from "../../text/xml.js";

/** HTML that is safe to write as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** Markup from a template: everything put into it is escaped, unless it is markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.reduce((all, text, index) => all + textOf(parts[index - 1]!) + text));
}

/** Only for constants of the program, such as its style and script. */
export const trusted = (text: string): Markup => new Markup(text);

export const NOTHING = new Markup("");

function textOf(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === "string") return escaped(part);
  return typeof part === "number" ? String(part) : part.map(({ text }) => text).join("");
}
