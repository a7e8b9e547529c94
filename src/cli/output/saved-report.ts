import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ConfigurationError } from "../../core/errors.js";
import type { Report } from "../../core/report/report.js";
import { reportContradiction } from "../../core/report/report-contradiction.js";
import { NestedTooDeeply, parseForeignJson } from "../../core/values/foreign-json.js";
import { readReport } from "../../report-schema/read-report.js";
import { whyNoJson } from "../config/parse-config.js";
import type { Io } from "../process/io.js";
import { TOOL_VERSION } from "../process/version.js";

/**
 * Reads a report that an earlier run saved as JSON.
 * @param name a path, or `-` for standard input
 * @throws ConfigurationError when it cannot be read or is not a report
 */
export async function readSavedReport(name: string, io: Pick<Io, "cwd" | "readStdin">): Promise<Report> {
  const place = name === "-" ? "standard input" : resolve(io.cwd, name);
  const text = name === "-" ? await io.readStdin() : await readText(place);
  const document = await parse(text.replace(/^\ufeff/, ""), place);
  refuseLaterVersion(document, place);
  const read = readReport(document);
  if ("report" in read) return sound(read.report, place);
  throw new ConfigurationError("report_invalid", `This is not a report of reconcile-streams: ${place}.`, {
    details: read.faults,
    hints: [HOW_TO_SAVE, "docs/report.md and schema/report.schema.json describe the shape of a report."],
  });
}

/** @throws ConfigurationError when the report contradicts itself: an edited report must not look green */
function sound(report: Report, place: string): Report {
  const fault = reportContradiction(report);
  if (fault === null) return report;
  throw new ConfigurationError("report_invalid", `The report contradicts itself: ${place}.`, {
    details: [fault],
    hints: ["It has been edited or is incomplete: run again, or take the report from the run record."],
  });
}

const HOW_TO_SAVE = "Save one with --format json --output report.json, or with --report json=report.json.";

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigurationError("report_unreadable", `The report cannot be read: ${path}.`, {
      details: [REASONS[code ?? ""] ?? String(cause)],
      hints: [HOW_TO_SAVE],
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "There is no such file.",
  EISDIR: "It is a folder.",
  EACCES: "Permission was denied.",
};

async function parse(text: string, place: string): Promise<unknown> {
  if (text.trim() === "") {
    throw new ConfigurationError("report_invalid", `The report is empty: ${place}.`, {
      hints: [HOW_TO_SAVE],
    });
  }
  try {
    return parseForeignJson(text);
  } catch (cause) {
    if (cause instanceof NestedTooDeeply) {
      throw new ConfigurationError("report_invalid", `This is not a report of reconcile-streams: ${place}.`, {
        details: [cause.message],
        hints: [HOW_TO_SAVE],
      });
    }
    const isLines = /^\s*\{"kind":"(discrepancy|violation|error|notice|summary)"/.test(text);
    throw new ConfigurationError("report_invalid", `The report is not valid JSON: ${place}.`, {
      details: [isLines ? "It has one finding per line (ndjson)." : await whyNoJson(text)],
      hints: [HOW_TO_SAVE],
    });
  }
}

/** @throws ConfigurationError when the report has a shape that only a later version knows */
function refuseLaterVersion(document: unknown, place: string): void {
  const { schemaVersion } = (document ?? {}) as { readonly schemaVersion?: unknown };
  if (typeof schemaVersion !== "number" || schemaVersion <= 1) return;
  throw new ConfigurationError("report_invalid", `The report is from a later version than this program: ${place}.`, {
    details: [`Its schemaVersion is ${schemaVersion}; reconcile-streams ${TOOL_VERSION} reads 1.`],
    hints: ["Render it with the version that wrote it, or a later one."],
  });
}
