import { suggestion } from "../core/values/suggest.js";
import type { Reporter } from "./reporter.js";

export const FORMATS = ["table", "json", "ndjson", "csv", "markdown", "junit", "github", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** Each is loaded only where it is used: what draws tables takes a while. */
const REPORTERS: Readonly<Record<Format, () => Promise<Reporter>>> = {
  table: async () => (await import("./formats/table.js")).table,
  json: async () => (await import("./formats/json.js")).json,
  ndjson: async () => (await import("./formats/ndjson.js")).ndjson,
  csv: async () => (await import("./formats/csv.js")).csv,
  markdown: async () => (await import("./formats/markdown.js")).markdown,
  junit: async () => (await import("./formats/junit.js")).junit,
  github: async () => (await import("./formats/github.js")).github,
  html: async () => (await import("./formats/html.js")).html,
};

export const reporterOf = (format: Format): Promise<Reporter> => REPORTERS[format]();

/** Other names of some formats: how their files end. */
const ENDINGS: ReadonlyMap<string, Format> = new Map([
  ["md", "markdown"],
  ["xml", "junit"],
  ["htm", "html"],
  ["txt", "table"],
  ["text", "table"],
  ["jsonl", "ndjson"],
]);

/** The format of a file that ends so; null for any other. */
export const formatOfEnding = (ending: string): Format | null =>
  ENDINGS.get(ending) ?? FORMATS.find((known) => known === ending) ?? null;

/** "did you mean X?" for an unknown format, or the list of formats. */
export function meantFormat(name: string): string {
  const meant = ENDINGS.get(name.toLowerCase());
  return meant === undefined ? suggestion(name, FORMATS) : `did you mean "${meant}"?`;
}
