import * as z from "zod";
import type { Report } from "../core/report/report.js";
import { reportSchema } from "./report-schema.js";

/** A document of another kind has a fault in every key. */
const MOST_FAULTS = 10;

/**
 * Reads a report that came from elsewhere. It may still contradict itself (`reportContradiction`).
 * @returns the report with the keys that earlier versions lack; or its faults: where, what was expected, what was found
 */
export function readReport(document: unknown): { readonly report: Report } | { readonly faults: readonly string[] } {
  const { data, error } = reportSchema.safeParse(document);
  if (data !== undefined) return { report: data };
  const faults = error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => {
    const place = z.core.toDotPath(path) || "the document";
    // Text of other machines stays away from the terminal's control characters.
    return `${place}: ${message}`.replace(/[^\x20-\x7e…]/g, "?");
  });
  const more = error.issues.length - faults.length;
  return { faults: more > 0 ? [...faults, `… and ${more} more`] : faults };
}
