import { ConfigurationError, type ReconcileError, UnavailableError } from "../../core/errors.js";
import type { Call } from "../command-line/declaration.js";
import { readFormat, refuseMistakes } from "../command-line/mistakes.js";

const FORMATS = ["table", "json"] as const;

export interface RecordOptions {
  readonly format: (typeof FORMATS)[number];
  readonly expectHead: string | null;
  /** null: not given. */
  readonly maxAge_ms: number | null;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const MAX_AGE_DAYS = 3_660;

/**
 * Options of the commands that read run records.
 * @throws ConfigurationError that lists every mistake at once
 */
export function readRecordOptions({ command, options: raw }: Call): RecordOptions {
  const mistakes: string[] = [];
  const format = readFormat(raw.format, FORMATS, command, mistakes);
  if (raw.expectHead !== undefined && !/^[0-9a-f]{64}$/.test(raw.expectHead)) {
    mistakes.push("--expect-head: expected the 64 hex digits that runs verify printed");
  }
  const maxAge_ms = raw.maxAge === undefined ? null : duration(raw.maxAge);
  if (Number.isNaN(maxAge_ms)) {
    const text = JSON.stringify(raw.maxAge);
    mistakes.push(
      `--max-age: ${text} is not a duration: expected a number and s, m, h or d, such as 24h, up to ${MAX_AGE_DAYS}d`,
    );
  }
  refuseMistakes(mistakes, command);
  return { format, expectHead: raw.expectHead ?? null, maxAge_ms };
}

function duration(text: string): number {
  const [, digits = "", unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const time_ms = Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
  return time_ms > 0 && time_ms <= MAX_AGE_DAYS * UNITS_MS.d! ? time_ms : Number.NaN;
}

/**
 * For commands that only read records: records that cannot be read are unverified, not a usage error. Mistakes in the
 * options have been reported before.
 */
export async function orUnverified<T>(reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const { code, message, details, hints }: ReconcileError = error;
    throw new UnavailableError(code, message, { details, hints, cause: error });
  }
}
