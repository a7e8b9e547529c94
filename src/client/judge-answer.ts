import { UnavailableError } from "../core/errors.js";
import type { Report } from "../core/report/report.js";
import { reportContradiction } from "../core/report/report-contradiction.js";
import { explain } from "../explanations/explain.js";
import { readReport } from "../report-schema/read-report.js";
import type { RunOrder, ServiceAnswer } from "./request-run.js";

/** A report, and whether the run finished. The exit code of an unfinished run may be 0 by policy: do not return it. */
export interface RunAnswer {
  readonly report: Report;
  readonly isWhole: boolean;
}

/**
 * Interprets the service's answer.
 * @throws UnavailableError when it has no valid report, or not the one requested
 */
export function judgeAnswer({ status, body }: ServiceAnswer, order: RunOrder): RunAnswer {
  if (status === 404) throw refused(order);
  const { data, error } = isObject(body) ? body : { data: undefined, error: undefined };
  if (status === 409) throw busy(error);
  const isWhole = status === 200;
  if (data === undefined && !isWhole) throw failed(status, error);
  const read = readReport(data);
  if ("faults" in read) throw invalid(status, read.faults);
  const fault = reportContradiction(read.report) ?? orderMismatch(read.report, order);
  if (fault !== null) throw invalid(status, [fault]);
  return { report: read.report, isWhole };
}

/** How the report differs from the order; null: it does not. */
function orderMismatch({ scope, dryRun }: Report, order: RunOrder): string | null {
  const asked = order.streamId === null ? "all streams" : order.streamId;
  const found = typeof scope === "string" ? "all streams" : scope.join(", ");
  if (found !== asked) return `scope: requested ${quoted(asked)}, received ${quoted(found)}`;
  return dryRun === order.dryRun ? null : `dryRun: requested ${order.dryRun}, received ${dryRun}`;
}

function refused({ url }: RunOrder): UnavailableError {
  const message = `The service at ${url.host} answered 404: either the URL is wrong or this caller is not allowed.`;
  return new UnavailableError("service_refused", message, {
    details: ["The answer does not say which; the service's log does."],
    hints: [
      "Check --url, and that no proxy changes the path.",
      "Check that both sides have the same secret for the key id, and that the service's auth.allowedServices lists this caller.",
      "Check this machine's clock: it may be off by at most auth.clockSkewSeconds.",
    ],
  });
}

function busy(error: unknown): UnavailableError {
  const { runId, message } = isObject(error) ? error : {};
  return new UnavailableError("service_busy", "The service is busy with another run.", {
    details: [
      ...(runId === undefined ? [] : [`run: ${quoted(runId)}`]),
      ...(message === undefined ? [] : [`message: ${quoted(message)}`]),
    ],
    hints: ["Try again when that run has ended."],
  });
}

/** The code may come from another program or a later version. */
const explainHint = (code: unknown): string[] =>
  typeof code === "string" && explain(code) !== null ? [`What the code means: reconcile-streams explain ${code}`] : [];

function failed(status: number, error: unknown): UnavailableError {
  const { code, message } = isObject(error) ? error : {};
  return new UnavailableError("service_failed", `The service answered ${status} without a report.`, {
    details: [
      ...(code === undefined ? [] : [`code: ${quoted(code)}`]),
      ...(message === undefined ? [] : [`message: ${quoted(message)}`]),
    ],
    hints: [...explainHint(code), "See the service's log."],
  });
}

function invalid(status: number, faults: readonly string[]): UnavailableError {
  return new UnavailableError("service_answer_invalid", `The service answered ${status} with an unusable report.`, {
    details: faults,
    hints: ["Check that --url points to a reconciliation service, and that both sides have the same version."],
  });
}

const LONGEST = 600;

/** An untrusted value, made safe for a message: JSON in printable ASCII, truncated. */
function quoted(value: unknown): string {
  const json = (JSON.stringify(value) ?? "nothing").replace(/[^\x20-\x7e]/g, "?");
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
