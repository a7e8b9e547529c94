import { type CliOptions, cli } from "./cli-io.js";
import type { CliWorld } from "./cli-world.js";
import { ManualClock } from "./manual-clock.js";

export interface DoctorAnswer {
  readonly code: number;
  readonly ok: boolean;
  /** By the check's name: `status found`, then what to do, each on lines of their own. */
  readonly says: ReadonlyMap<string, string>;
  readonly statuses: Readonly<Record<string, string>>;
  readonly stdout: string;
}

/** A clock that runs a moment after the newest ledger closed, as a computer's does. */
export const clockOf = (world: CliWorld, seconds = 3): ManualClock =>
  new ManualClock((world.ledger.closeTime + seconds) * 1000);

/** Asks doctor, with dry runs in mind unless `recording`. */
export async function doctor(
  args: readonly string[],
  options: CliOptions & { readonly recording?: boolean } = {},
): Promise<DoctorAnswer> {
  const dryRun = options.recording === true ? [] : ["--dry-run"];
  const { code, stdout, stderr } = await cli(["doctor", ...dryRun, "--format", "json", ...args], options);
  if (stdout === "") throw new Error(stderr);
  const { ok, checks } = JSON.parse(stdout) as {
    ok: boolean;
    checks: { name: string; status: string; found: string; action: string | null }[];
  };
  return {
    code,
    ok,
    stdout,
    says: new Map(
      checks.map(({ name, status, found, action }) => [name, `${status} ${found}\n${action ?? ""}`.trim()]),
    ),
    statuses: Object.fromEntries(checks.map(({ name, status }) => [name, status])),
  };
}
