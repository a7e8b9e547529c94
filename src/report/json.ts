import type { Reporter } from "./reporter.js";

/** The report as it is (schema/report.schema.json), for programs. */
export const json: Reporter = (report) => `${JSON.stringify(report, null, 2)}\n`;
