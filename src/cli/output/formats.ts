import type { Reporter } from "../../report/reporter.js";
import { suggestion } from "../config/suggest.js";

export const FORMATS = ["table", "json", "ndjson", "csv", "markdown", "junit", "github", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** Each is loaded only where it is used: what draws tables takes a while. */
const REPORTERS: Readonly<Record<Format, () => Promise<Reporter>>> = {
  table: async () => (await import("../../report/table.js")).table,
  json: async () => (await import("../../report/json.js")).json,
  ndjson: async () => (await import("../../report/ndjson.js")).ndjson,
  csv: async () => (await import("../../report/csv.js")).csv,
  markdown: async () => (await import("../../report/markdown.js")).markdown,
  junit: async () => (await import("../../report/junit.js")).junit,
  github: async () => (await import("../../report/github.js")).github,
  html: async () => (await import("../../report/html.js")).html,
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

/** "did you mean X?" for what is no format, or those that there are. */
export function meantFormat(name: string): string {
  const meant = ENDINGS.get(name.toLowerCase());
  return meant === undefined ? suggestion(name, FORMATS) : `did you mean "${meant}"?`;
}
