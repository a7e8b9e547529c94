import { refuseMistakes } from "../../command-line/mistakes.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import type { Environment } from "../../process/io.js";

/** A little more than a service's default time limit of a run. */
export const DEFAULT_TRIGGER_TIMEOUT_S = 960;

/** What to ask a service for. */
export interface TriggerOptions {
  readonly url: URL;
  readonly dryRun: boolean;
  /** null: all streams. */
  readonly streamId: string | null;
}

/** @throws ConfigurationError that lists every mistake at once */
export function readTriggerOptions(raw: RawOptions, env: Environment): TriggerOptions {
  const mistakes: string[] = [];
  const given = raw.url ?? env.RECONCILE_URL;
  const url = given === undefined || !URL.canParse(given) ? null : new URL(given);
  if (given === undefined) mistakes.push("--url: missing: give it, or set RECONCILE_URL");
  else if (url === null || !/^https?:$/.test(url.protocol)) mistakes.push("--url: expected http(s)://…");
  else if (url.username !== "" || url.password !== "")
    mistakes.push("--url: remove the user and password; requests are signed instead");
  const streams = raw.stream ?? [];
  if (streams.length > 1) mistakes.push("--stream: a service takes one stream, or all of them");
  refuseMistakes(mistakes, "trigger");
  return { url: url!, dryRun: raw.dryRun ?? false, streamId: streams[0] ?? null };
}
