import { Problem } from "./problem.js";

/** What the body of a request for a run may say. */
export interface RunRequest {
  readonly dryRun: boolean;
  /** null: all streams. */
  readonly streamId: string | null;
}

const KEYS = ["dryRun", "streamId"];
/** Longer than any id that a database column should have; it goes into a query and a record. */
const MAX_STREAM_ID = 512;

/**
 * Reads the body: a JSON object, or nothing at all. A key that is not known is refused, so that a mistyped `dryRun`
 * does not write.
 * @throws Problem 400 that says what is wrong
 */
export function readRunRequest(body: Buffer): RunRequest {
  const value = body.length === 0 ? {} : parsed(body);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw refused("The body is no JSON object.");
  }
  const unknown = Object.keys(value).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) {
    const named = unknown.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 40)));
    throw refused(`The body has unknown keys: ${named.join(", ")}. Known: ${KEYS.join(", ")}.`);
  }
  const { dryRun = false, streamId } = value as { readonly dryRun?: unknown; readonly streamId?: unknown };
  if (typeof dryRun !== "boolean") throw refused("dryRun is neither true nor false.");
  return { dryRun, streamId: streamId === undefined ? null : checkStreamId(streamId) };
}

/** @throws Problem 400 unless it is a text that can be an id */
export function checkStreamId(streamId: unknown): string {
  if (typeof streamId === "string" && streamId !== "" && streamId.length <= MAX_STREAM_ID) return streamId;
  throw refused(`streamId is no text of 1 to ${MAX_STREAM_ID} characters.`);
}

/**
 * A query means nothing here. What looks like an option in it was meant to change what happens.
 * @throws Problem 400
 */
export function refuseOptionsInQuery(target: string): void {
  const query = new URLSearchParams(target.split("?").slice(1).join("?"));
  const [misplaced] = KEYS.filter((key) => query.has(key));
  if (misplaced !== undefined) throw refused(`${misplaced} belongs into the body, not into the query.`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw refused("The body is no JSON in UTF-8.");
  }
}

const refused = (message: string) => new Problem(400, "request_invalid", message);
