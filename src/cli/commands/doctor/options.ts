import { ConfigurationError } from "../../../core/errors.js";
import { suggestion } from "../../../core/values/suggest.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { readTimeout } from "../../command-line/run-options.js";
import { CHAINS } from "../../sources/chains.js";
import { mistakeIn } from "../../sources/source.js";

export const DOCTOR_FORMATS = ["table", "json"] as const;

/** A ledger closes every five to six seconds. */
export const DEFAULT_WAIT_SECONDS = 6;
const MOST_WAIT_SECONDS = 600;

export interface DoctorOptions {
  readonly format: (typeof DOCTOR_FORMATS)[number];
  /** The run that is planned writes no record. */
  readonly dryRun: boolean;
  readonly allowEmpty: boolean;
  readonly dbOnly: boolean;
  /** Between two looks at the cursor; 0: one look. */
  readonly waitSeconds: number;
  readonly timeoutSeconds: number | null;
  /** A second source that tells the same ledger; null: none. */
  readonly compareChain: string | null;
  readonly verbose: boolean;
  readonly color: boolean;
}

/** @throws ConfigurationError that lists every mistake at once */
export function readDoctorOptions(raw: RawOptions): DoctorOptions {
  const mistakes: string[] = [];
  const format = DOCTOR_FORMATS.find((known) => known === (raw.format ?? "table"));
  if (format === undefined) {
    const meant = suggestion(raw.format!, DOCTOR_FORMATS);
    mistakes.push(`--format: ${JSON.stringify(raw.format)} is no format of doctor: ${meant}`);
  }
  const timeoutSeconds = readTimeout(raw.timeout, mistakes);
  const wait = raw.wait ?? String(DEFAULT_WAIT_SECONDS);
  const waitSeconds = /^\d{1,3}(\.\d+)?$/.test(wait) ? Number(wait) : Number.NaN;
  if (!(waitSeconds <= MOST_WAIT_SECONDS)) {
    mistakes.push(`--wait: ${JSON.stringify(wait)} is no number of seconds from 0 to ${MOST_WAIT_SECONDS}`);
  }
  const compareChain = raw.compareChain ?? null;
  const mistake = compareChain === null ? null : mistakeIn(compareChain, CHAINS);
  if (mistake !== null) mistakes.push(`--compare-chain: ${mistake}`);
  if (mistakes.length > 0) {
    throw new ConfigurationError("options_invalid", "The command line has a mistake.", {
      details: mistakes,
      hints: ["See reconcile-streams doctor --help."],
    });
  }
  return {
    format: format!,
    dryRun: raw.dryRun ?? false,
    allowEmpty: raw.allowEmpty ?? false,
    dbOnly: raw.dbOnly ?? false,
    waitSeconds,
    timeoutSeconds,
    compareChain,
    verbose: raw.verbose ?? false,
    color: raw.color ?? true,
  };
}
