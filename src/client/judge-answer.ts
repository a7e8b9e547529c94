import { UnavailableError } from "../core/errors.js";
import type { Report } from "../core/report/report.js";
import { reportContradiction } from "../core/report/report-contradiction.js";
import { explain } from "../explanations/explain.js";
import { readReport } from "../report-schema/read-report.js";
import type { RunOrder, ServiceAnswer } from "./request-run.js";

/** A report, and whether the run came to its end; one that did not may say 0 by its policy, and is no 0. */
export interface RunAnswer {
  readonly report: Report;
  readonly isWhole: boolean;
}

/**
 * What an answer means to the one who asked.
 * @throws UnavailableError when there is no report in it, or not the one that was asked for
 */
export function judgeAnswer({ status, body }: ServiceAnswer, order: RunOrder): RunAnswer {
  if (status === 404) throw refused(order);
  const { data, error } = isObject(body) ? body : { data: undefined, error: undefined };
  if (status === 409) throw busy(error);
  const isWhole = status === 200;
  if (data === undefined && !isWhole) throw failed(status, error);
  const read = readReport(data);
  if ("faults" in read) throw invalid(status, read.faults);
  const fault = reportContradiction(read.report) ?? otherThanAsked(read.report, order);
  if (fault !== null) throw invalid(status, [fault]);
  return { report: read.report, isWhole };
}

/** What was left out, or written, without having been asked to. */
function otherThanAsked({ scope, dryRun }: Report, order: RunOrder): string | null {
  const asked = order.streamId === null ? "all streams" : order.streamId;
  const found = typeof scope === "string" ? "all streams" : scope.join(", ");
  if (found !== asked) return `scope: asked for ${quoted(asked)}, answered for ${quoted(found)}`;
  return dryRun === order.dryRun ? null : `dryRun: asked for ${order.dryRun}, answered ${dryRun}`;
}

function refused({ url }: RunOrder): UnavailableError {
  const message = `The service at ${url.host} answers 404: there is no such service, or it does not let this one in.`;
  return new UnavailableError("service_refused", message, {
    details: ["It does not tell which of these it is; its log does."],
    hints: [
      "Check --url, and that no proxy between changes the path.",
      "Check that both sides have the same secret for the key id, and that the service's auth.allowedServices names this one.",
      "Check this machine's clock: it may be off by auth.clockSkewSeconds at most.",
    ],
  });
}

function busy(error: unknown): UnavailableError {
  const { runId, message } = isObject(error) ? error : {};
  return new UnavailableError("service_busy", "The service has another run under way.", {
    details: [
      ...(runId === undefined ? [] : [`run: ${quoted(runId)}`]),
      ...(message === undefined ? [] : [`message: ${quoted(message)}`]),
    ],
    hints: ["Ask again when it has ended."],
  });
}

/** The service's code may be of another program, or of a later version. */
const explained = (code: unknown): string[] =>
  typeof code === "string" && explain(code) !== null ? [`Its code: reconcile-streams explain ${code}`] : [];

function failed(status: number, error: unknown): UnavailableError {
  const { code, message } = isObject(error) ? error : {};
  return new UnavailableError("service_failed", `The service answers ${status}, without a report.`, {
    details: [
      ...(code === undefined ? [] : [`code: ${quoted(code)}`]),
      ...(message === undefined ? [] : [`message: ${quoted(message)}`]),
    ],
    hints: [...explained(code), "The service's log says more."],
  });
}

function invalid(status: number, faults: readonly string[]): UnavailableError {
  return new UnavailableError(
    "service_answer_invalid",
    `The service answers ${status}, and its report cannot be used.`,
    {
      details: faults,
      hints: ["Check that --url names a reconciliation service, and that its version fits this one's."],
    },
  );
}

const LONGEST = 600;

/** A value from elsewhere as a message may show it: JSON in printable characters, not too long. */
function quoted(value: unknown): string {
  const json = (JSON.stringify(value) ?? "nothing").replace(/[^\x20-\x7e]/g, "?");
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
