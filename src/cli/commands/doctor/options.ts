import { readFormat, refuseMistakes } from "../../command-line/mistakes.js";
import { readNumber } from "../../command-line/numbers.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { readTimeout } from "../../command-line/run-options.js";
import { CHAINS } from "../../sources/chains.js";
import { mistakeIn } from "../../sources/source.js";

export const DOCTOR_FORMATS = ["table", "json"] as const;

/** A ledger closes every five to six seconds. */
export const DEFAULT_WAIT_SECONDS = 6;
const WAIT_SECONDS = { unit: "seconds", least: 0, most: 600, takesFractions: true };

export interface DoctorOptions {
  readonly format: (typeof DOCTOR_FORMATS)[number];
  /** The planned run writes no record. */
  readonly dryRun: boolean;
  readonly allowEmpty: boolean;
  readonly dbOnly: boolean;
  /** Time between two looks at the cursor; 0: only one look. */
  readonly waitSeconds: number;
  readonly timeoutSeconds: number | null;
  /** The URL of a second source to compare with; null: none. */
  readonly compareChain: string | null;
  readonly verbose: boolean;
  readonly color: boolean;
}

/** @throws ConfigurationError that lists every mistake at once */
export function readDoctorOptions(raw: RawOptions): DoctorOptions {
  const mistakes: string[] = [];
  const format = readFormat(raw.format, DOCTOR_FORMATS, "doctor", mistakes);
  const timeoutSeconds = readTimeout(raw.timeout, mistakes);
  const waitSeconds = readNumber("--wait", raw.wait, DEFAULT_WAIT_SECONDS, WAIT_SECONDS, mistakes);
  const compareChain = raw.compareChain ?? null;
  const mistake = compareChain === null ? null : mistakeIn(compareChain, CHAINS);
  if (mistake !== null) mistakes.push(`--compare-chain: ${mistake}`);
  refuseMistakes(mistakes, "doctor");
  return {
    format,
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
