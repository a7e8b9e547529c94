import { Problem } from "./problem.js";

/** The options in the body of a run request. */
export interface RunRequest {
  readonly dryRun: boolean;
  /** null: all streams. */
  readonly streamId: string | null;
}

const KEYS = ["dryRun", "streamId"];
/** Longer than any real id; bounds what goes into a query and a record. */
/** Of unknown keys, in the message. */
const LONGEST_KEY = 40;
const MAX_STREAM_ID = 512;

/**
 * Reads the body: a JSON object, or empty. Unknown keys are rejected, since a mistyped `dryRun` would write a record.
 * @throws Problem 400 for anything else
 */
export function readRunRequest(body: Buffer): RunRequest {
  const value = body.length === 0 ? {} : parsed(body);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw refused("The body is not a JSON object.");
  }
  const unknown = Object.keys(value).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) {
    const named = unknown
      .slice(0, 5)
      .map((key) => JSON.stringify(key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key));
    throw refused(`The body has unknown keys: ${named.join(", ")}. Known: ${KEYS.join(", ")}.`);
  }
  const { dryRun = false, streamId } = value as { readonly dryRun?: unknown; readonly streamId?: unknown };
  if (typeof dryRun !== "boolean") throw refused("dryRun must be true or false.");
  return { dryRun, streamId: streamId === undefined ? null : checkStreamId(streamId) };
}

/** @throws Problem 400 unless it is a string of valid length */
export function checkStreamId(streamId: unknown): string {
  if (typeof streamId === "string" && streamId !== "" && streamId.length <= MAX_STREAM_ID) return streamId;
  throw refused(`streamId must be a string of 1 to ${MAX_STREAM_ID} characters.`);
}

/**
 * Queries are ignored, but a caller who puts an option there expects it to take effect.
 * @throws Problem 400
 */
export function refuseOptionsInQuery(target: string): void {
  const query = new URLSearchParams(target.split("?").slice(1).join("?"));
  const [misplaced] = KEYS.filter((key) => query.has(key));
  if (misplaced !== undefined) throw refused(`${misplaced} must be in the body, not in the query.`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw refused("The body is not JSON in UTF-8.");
  }
}

const refused = (message: string) => new Problem(400, "request_invalid", message);
