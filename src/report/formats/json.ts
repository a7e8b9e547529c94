import type { Reporter } from "../reporter.js";
import { inertJson } from "../text/workflow-commands.js";

/** The report as it is (schema/report.schema.json), for programs. */
export const json: Reporter = (report) => `${inertJson(JSON.stringify(report, null, 2))}\n`;
