import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass, CaseResult } from "../case.js";
import type { Lab } from "../lab.js";
import { judge } from "../oracle.js";
import { PLANTS } from "../planted.js";
import type { RunningChild } from "../subject.js";
import { inWorld, type World } from "../world.js";

type Attack = (random: SeededRandom, world: World) => Promise<CaseResult>;

/** The longest that a stopped run may take, on a machine that is busy. */
const STOPS_WITHIN_MS = 4_000;
const JSON_FORMAT = ["--format", "json"];

/** A moment of a run: when the node is asked for the nth time, or after so many milliseconds. */
function drawMoment(random: SeededRandom, world: World) {
  let strike = () => {};
  const nth = random.int(0, 5);
  const ms = random.int(1, 900);
  const byRequest = random.chance(0.7);
  if (byRequest) world.meanwhile(nth, async () => strike());
  return {
    says: byRequest ? `at request ${nth}` : `after ${ms} ms`,
    on(act: () => void) {
      strike = act;
      if (!byRequest) setTimeout(act, ms);
    },
  };
}

/** Killed at any moment; the next run must work as if nothing had been. */
const killed: Attack = async (random, world) => {
  const moment = drawMoment(random, world);
  const first = await world.run({
    more: JSON_FORMAT,
    meanwhile: (child) => moment.on(() => child.kill("SIGKILL")),
  });
  world.node.turn(null);
  const before = await world.store.records();
  const next = await world.run({ more: JSON_FORMAT });
  const { exit } = PLANTS[world.plant];
  const faults = [
    ...judge(first, world.expects(null, { mayBeKilled: true })),
    ...judge(next, world.expects(null, { codes: [exit], json: { streams: world.streams } })),
  ];
  const after = await world.store.records();
  if (after.length < before.length) faults.push("lost record: fewer than before the next run");
  return { planted: `SIGKILL ${moment.says}, then another run`, faults };
};

/** Asked to stop, once or twice. */
const stopped: Attack = async (random, world) => {
  const moment = drawMoment(random, world);
  const signals = random.pick([
    ["SIGINT"],
    ["SIGTERM"],
    ["SIGINT", "SIGINT"],
    ["SIGTERM", "SIGTERM"],
    ["SIGINT", "SIGTERM"],
  ] as const);
  const pause = random.int(0, 60);
  let sentAt = Number.POSITIVE_INFINITY;
  const send = (child: RunningChild) => {
    sentAt = performance.now();
    signals.forEach((signal, i) => void setTimeout(() => child.kill(signal), i * pause));
  };
  // Half of the time it waits for an answer that never comes.
  if (random.chance(0.3)) world.node.turn(({ nth }) => nth >= 2);
  const outcome = await world.run({
    more: JSON_FORMAT,
    meanwhile: (child) => moment.on(() => send(child)),
    limitMs: 12_000,
  });
  const took = performance.now() - sentAt;
  const { exit } = PLANTS[world.plant];
  const codes = [signals[0] === "SIGINT" ? 130 : 143, ...(signals.includes("SIGTERM" as never) ? [143] : []), exit, 5];
  const expected = world.expects(null, { codes, mayBeKilled: true });
  const faults = sentAt === Number.POSITIVE_INFINITY ? [] : await world.judge(outcome, expected, true);
  if (took > STOPS_WITHIN_MS) faults.push(`hang: it took ${Math.round(took)} ms to stop`);
  return { planted: `${signals.join(" and ")} ${moment.says}`, faults };
};

/** Where the output goes, there is no room, or none any more. */
const fullDisk: Attack = async (random, world) => {
  const out = join(world.folder, "out");
  const format = random.pick(["table", "json", "html", "csv", "junit", "ndjson"]);
  const kind = random.pick(["/dev/full", "a limit", "--output", "--report"]);
  const more = ["--format", format];
  const request = { dryRun: true, more };
  if (kind === "--output" || kind === "--report") {
    const flag = kind === "--output" ? ["--output", "/dev/full"] : ["--report", "json=/dev/full"];
    const outcome = await world.run({ ...request, more: [...more, ...flag] });
    return { planted: `${flag.join(" ")}, ${format}`, faults: judge(outcome, world.expects("a report was lost")) };
  }
  if (kind === "/dev/full") {
    const outcome = await world.run({ ...request, shell: '"$@" > /dev/full' });
    return { planted: `> /dev/full, ${format}`, faults: judge(outcome, world.expects("the output was lost")) };
  }
  const whole = await world.run(request);
  const blocks = random.int(0, 3);
  const outcome = await world.run({ ...request, shell: `ulimit -f ${blocks}; "$@" > ${out}` });
  const written = readFileSync(out, "utf8");
  // Run ids and times differ, but not the length.
  const isWhole = written.length >= whole.stdout.length - 4;
  const lost = isWhole ? null : `${written.length} of ${whole.stdout.length} characters were written`;
  // The limit itself may end it, by a signal.
  const faults = judge(outcome, world.expects(lost, { mayBeKilled: true }));
  return { planted: `a disk with ${blocks} KiB left, ${format}`, faults };
};

/** Standard streams that are closed, or that nobody reads to the end. */
const closedPipes: Attack = async (random, world) => {
  const shell = random.pick(['"$@" >&-', '"$@" 2>&-', '"$@" <&-', '"$@" >&- 2>&-', '"$@" | head -c 10', null]);
  if (shell === null) {
    const moment = drawMoment(random, world);
    const outcome = await world.run({
      more: JSON_FORMAT,
      meanwhile: (child) => moment.on(() => (random.chance(0.5) ? child.closeStdout() : child.closeStderr())),
    });
    return { planted: `its reader left ${moment.says}`, faults: judge(outcome, world.expects()) };
  }
  const outcome = await world.run({
    shell: `set -o pipefail; ${shell}`,
    more: ["--format", random.pick(["table", "json"])],
  });
  return { planted: shell, faults: judge(outcome, world.expects()) };
};

/** A clock that is set while the run is at work. */
const clockJumps: Attack = async (random, world) => {
  const file = join(world.folder, "clock.mjs");
  const by = random.pick([-1, 1]) * random.pick([1_000, 60_000, 3_600_000, 86_400_000, 31_536_000_000, 3e11]);
  const at = random.int(0, 900);
  writeFileSync(
    file,
    `const now = Date.now; const from = now() + ${at}; const shifted = () => now() + (now() >= from ? ${by} : 0);
     const Real = Date; globalThis.Date = class extends Real {
       constructor(...given) { if (given.length === 0) super(shifted()); else super(...given); }
       static now() { return shifted(); } };`,
  );
  const outcome = await world.run({ more: JSON_FORMAT, env: { NODE_OPTIONS: `--import ${pathToFileURL(file).href}` } });
  const faults = await world.judge(outcome, world.expects(null, { json: { streams: world.streams } }), true);
  return { planted: `the clock set by ${by} ms after ${at} ms`, faults };
};

/** Several runs of one contract at the same moment. */
const together: Attack = async (random, world) => {
  const count = random.int(2, 4);
  const outcomes = await Promise.all(Array.from({ length: count }, () => world.run({ more: JSON_FORMAT })));
  const { exit } = PLANTS[world.plant];
  const faults = outcomes.flatMap((outcome) => judge(outcome, world.expects(null, { codes: [exit, 5] })));
  const finished = outcomes.filter(({ stdout }) => stdout !== "").length;
  const records = await world.store.records();
  if (records.length !== finished) faults.push(`lost record: ${finished} reports and ${records.length} records`);
  return { planted: `${count} runs at once`, faults };
};

/** Surroundings that no program likes. */
const oddSurroundings: Attack = async (random, world) => {
  const kind = random.pick(["a folder that is gone", "no home", "an odd time zone", "an odd language", "no path"]);
  const env: Record<string, string> = {};
  if (kind === "no home") env.HOME = "/nonexistent";
  if (kind === "an odd time zone") env.TZ = random.pick(["Nowhere/Land", "Pacific/Kiritimati", ":::", "UTC+99"]);
  if (kind === "an odd language") Object.assign(env, { LANG: "tr_TR.UTF-8", LC_ALL: "xx_YY" });
  if (kind === "no path") env.PATH = "/usr/bin:/bin";
  const shell = kind === "a folder that is gone" ? 'mkdir gone; cd gone; rmdir ../gone; "$@"' : '"$@"';
  const outcome = await world.run({ more: JSON_FORMAT, env, shell });
  return { planted: kind, faults: judge(outcome, world.expects(null, { codes: [PLANTS[world.plant].exit, 2] })) };
};

const ATTACKS: readonly Attack[] = [
  ...[killed, killed, stopped, stopped, fullDisk, fullDisk, closedPipes, clockJumps, together, oddSurroundings],
];

/** Real processes that are killed, stopped, starved of room, or confused about the time. */
export const processes: BreakClass = {
  name: "processes",
  share: 6,
  attack: (random, lab: Lab) => {
    const attack = random.pick(ATTACKS);
    return inWorld(random, lab, { chain: "rpc", asProcess: true }, async (world) => {
      const { planted, faults } = await attack(random, world);
      return { planted: `${world.plant}; ${planted}, ${world.store.kind}`, faults };
    });
  },
};
