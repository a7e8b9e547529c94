import type { Dispatcher } from "undici";
import type { Identity } from "../auth/identity.js";
import { signedHeaders } from "../auth/sign.js";
import { UnavailableError } from "../core/errors.js";
import { parseForeignJson } from "../core/values/foreign-json.js";

/** The endpoint for runs, below the service's URL. */
const RUN_PATH = "/api/internal/reconciliation";
/** About three times the size of a report with 100,000 findings. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const CONNECT_LIMIT_MS = 10_000;

export interface RunOrder {
  readonly url: URL;
  readonly dryRun: boolean;
  /** null: all streams. */
  readonly streamId: string | null;
}

export interface Credentials {
  readonly identity: Identity;
  readonly secret: string;
}

/** A service's answer, not validated yet. */
export interface ServiceAnswer {
  readonly status: number;
  /** The parsed body; undefined: it is not JSON, or nested too deeply for any answer. */
  readonly body: unknown;
}

/** The path to request and sign: the endpoint below the URL's own path, unless that already ends with it. */
export function targetOf({ pathname, search }: URL): string {
  const base = pathname.replace(/\/+$/, "");
  return `${base.endsWith(RUN_PATH) ? base : base + RUN_PATH}${search}`;
}

/**
 * Signs and sends one request. It is never retried: a request without an answer may have started a run.
 * @param now milliseconds since the epoch
 * @throws UnavailableError when the service cannot be reached or its answer is too large
 * @throws the signal's reason when aborted
 */
export async function requestRun(
  { url, dryRun, streamId }: RunOrder,
  { identity, secret }: Credentials,
  now: number,
  signal: AbortSignal,
): Promise<ServiceAnswer> {
  const { Client } = await import("undici");
  const body = Buffer.from(JSON.stringify(streamId === null ? { dryRun } : { dryRun, streamId }));
  const path = targetOf(url);
  const headers = {
    "content-type": "application/json",
    accept: "application/json",
    ...signedHeaders({ method: "POST", path, body }, identity, secret, now),
  };
  const client = new Client(url.origin, {
    connect: { timeout: CONNECT_LIMIT_MS },
    // Runs may take long; the signal limits the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  try {
    const answer = await client.request({ method: "POST", path, headers, body, signal });
    return { status: answer.statusCode, body: await jsonOf(answer.body) };
  } catch (cause) {
    signal.throwIfAborted();
    throw unreachable(url, cause);
  } finally {
    await client.destroy();
  }
}

async function jsonOf(body: Dispatcher.ResponseData["body"]): Promise<unknown> {
  const text = await body.text();
  try {
    return parseForeignJson(text);
  } catch {
    return undefined;
  }
}

function unreachable({ host }: URL, cause: unknown): UnavailableError {
  const { code = "", message = "" } = cause as { readonly code?: string; readonly message?: string };
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    const limit = `${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
    return new UnavailableError("service_answer_invalid", `The answer from ${host} is larger than ${limit}.`, {
      hints: ["See the run's record in the service's database, or request one stream with --stream."],
      cause,
    });
  }
  return new UnavailableError("service_unreachable", `The service at ${host} did not answer.`, {
    details: [code === "" || message.includes(code) ? message : `${code}: ${message}`],
    hints: [
      "Check --url, and that the service is running. If the connection broke, a run may still be under way there.",
    ],
    cause,
  });
}
