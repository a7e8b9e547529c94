import type { SeededRandom } from "../support/simulation/seeded-random.js";
import { judge } from "./oracle.js";
import type { RunRequest, World } from "./world.js";

const FORMATS = ["table", "json", "json", "json", "ndjson", "csv", "markdown", "junit", "github", "html"] as const;
/** How much longer than its `--timeout` a run may take. */
const GRACE_MS = 5_000;

export interface UsualOptions {
  /** Seconds for `--timeout`. */
  readonly timeout?: number;
  readonly neverRed?: boolean;
  /** Runs alone: neither `inspect` nor `doctor`. */
  readonly runsOnly?: boolean;
  readonly request?: RunRequest;
  /** Done after the run and before anybody looks at its record. */
  readonly afterwards?: () => Promise<unknown>;
}

/**
 * Asks in one of the ways in which people ask, and judges the answer: mostly a run in some format, with or without a
 * record, now and then `inspect` of the stream that was spoiled, or `doctor`.
 * @param reason asked afterwards: why nobody could know whether the two sides agree; null: one could
 */
export async function usualRequest(
  random: SeededRandom,
  world: World,
  reason: () => string | null,
  options: UsualOptions = {},
): Promise<{ readonly faults: string[]; readonly how: string }> {
  const { timeout, neverRed = false, request = {} } = options;
  const ending =
    timeout === undefined
      ? { ...request, more: request.more ?? [] }
      : {
          ...request,
          more: [...(request.more ?? []), "--timeout", String(timeout)],
          limitMs: timeout * 1_000 + GRACE_MS,
        };
  const what = options.runsOnly ? 1 : random.int(0, 99) / 100;
  if (what < 0.08) {
    const outcome = await world.run({ ...ending, command: "doctor" });
    // It looks for what keeps a run from comparing, not for differences.
    return { faults: judge(outcome, { neverGreen: null, secrets: world.secrets, codes: [0, 2, 5] }), how: "doctor" };
  }
  if (what < 0.2) {
    const stream = `stream_${world.sides.victim.id}`;
    const more = [stream, ...ending.more];
    const outcome = await world.run({ ...ending, command: "inspect", more });
    // Another stream's fault is not its business.
    const concerns = world.plant !== "no stream" && world.plant !== "too little money";
    const neverGreen = concerns ? world.expects().neverGreen : null;
    return { faults: judge(outcome, { neverGreen, neverRed, secrets: world.secrets }), how: `inspect ${stream}` };
  }
  const format = random.pick(FORMATS);
  const dryRun = random.chance(0.3);
  const more = ["--format", format, ...ending.more];
  const outcome = await world.run({ ...ending, dryRun, more });
  await options.afterwards?.();
  const expected = world.expects(reason(), {
    neverRed,
    ...(format === "json" ? { json: { streams: world.streams } } : {}),
  });
  return {
    faults: await world.judge(outcome, expected, !dryRun),
    how: `${format}${dryRun ? ", dry" : ""}, ${world.store.kind}${world.asProcess ? ", process" : ""}`,
  };
}
