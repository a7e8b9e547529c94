import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass } from "../case.js";
import { DAMAGES, damage } from "../damage.js";
import { HOSTILE_TEXTS } from "../hostile-cells.js";
import { judge } from "../oracle.js";
import { PLANTS } from "../planted.js";
import { inWorld } from "../world.js";

type Report = Record<string, unknown>;
type Edit = (report: Report, random: SeededRandom) => void;

const LISTS = ["discrepancies", "violations", "errors", "notices"] as const;
const WRONG = [null, true, -1, 2 ** 60, "", "x", [], {}, "9".repeat(500)];

/** Changes after which a report that was red contradicts itself. */
const WHITEWASH: Readonly<Record<string, Edit>> = {
  "the status": (report) => Object.assign(report, { status: "IN_SYNC" }),
  "the exit code": (report) => Object.assign(report, { exitCode: 0 }),
  "status and exit code": (report) => Object.assign(report, { status: "IN_SYNC", exitCode: 0 }),
  "status, exit code and findings": (report) =>
    Object.assign(report, { status: "IN_SYNC", exitCode: 0, discrepancies: [], violations: [], errors: [] }),
  "status, exit code and counts": (report) => {
    const summary = report.summary as Record<string, number>;
    const zero = { drifted: 0, missingOnChain: 0, missingInDb: 0, violations: 0, unchecked: 0, lagging: 0 };
    Object.assign(report, { status: "IN_SYNC", exitCode: 0, summary: { ...summary, ...zero } });
  },
};

const SPOIL: Readonly<Record<string, Edit>> = {
  "a wrong type": (report, random) => Object.assign(report, { [random.pick(Object.keys(report))]: random.pick(WRONG) }),
  "a wrong type within": (report, random) => {
    const inner = random.pick(Object.values(report).filter((value) => typeof value === "object" && value !== null));
    const keys = Object.keys(inner as object);
    if (keys.length > 0) Object.assign(inner as object, { [random.pick(keys)]: random.pick(WRONG) });
  },
  "a key left out": (report, random) => delete report[random.pick(Object.keys(report))],
  "hostile words": (report, random) => {
    const text = random.pick(HOSTILE_TEXTS);
    const list = random.pick(LISTS);
    Object.assign(report, { contractId: random.chance(0.2) ? text : report.contractId });
    for (const item of report[list] as Report[]) Object.assign(item, { streamId: text, message: text, dbValue: text });
  },
  "thousands of findings": (report, random) => {
    const list = random.pick(LISTS);
    const [first] = report[list] as unknown[];
    Object.assign(report, { [list]: Array.from({ length: 5_000 }, () => first ?? {}) });
  },
};

const FORMATS = ["table", "json", "ndjson", "csv", "markdown", "junit", "github", "html"] as const;

/** What a format must not let through as it came. */
function escapes(format: string, stdout: string): string[] {
  if (format === "html" && stdout.includes("<script>breakout")) return ["a script got into the page"];
  if (format === "junit" && stdout.includes("]]><x/>")) return ["an element got into the XML"];
  if (
    (format === "github" || format === "csv" || format === "markdown") &&
    /^(::error::owned|##\[error\]owned)/m.test(stdout)
  ) {
    return ["a command got into the build's log"];
  }
  if (format === "csv" && /(^|,)"?=cmd/m.test(stdout)) return ["a formula got into the sheet"];
  return [];
}

/** A saved report that was damaged, edited or written by an enemy, as `render` reads it. */
export const savedReports: BreakClass = {
  name: "saved reports",
  share: 8,
  attack: (random, lab) =>
    inWorld(
      random,
      lab,
      { chain: "snapshot", store: "sqlite", asProcess: false, attack: "saved report" },
      async (world) => {
        const path = join(world.folder, "report.json");
        await world.run({ dryRun: true, more: ["--format", "json", "--output", path] });
        const saved = readFileSync(path, "utf8");
        const isRed = PLANTS[world.plant].exit !== 0;
        const kind = random.pick(["damage", "spoil", "whitewash", "raw"]);
        let text: string | Buffer;
        let name: string;
        if (kind === "damage") {
          const how = random.pick(DAMAGES);
          name = how;
          text = damage(random, how, Buffer.from(saved));
        } else if (kind === "raw") {
          const levels = random.pick([1_000, 200_000]);
          name = random.pick(["deep", "a key twice", "huge", "a number beyond all"]);
          text = {
            deep: saved.replace("{", `{"x":${"[".repeat(levels)}${"]".repeat(levels)},`),
            "a key twice": saved.replace(/}\s*$/, ',"status":"IN_SYNC","exitCode":0}'),
            huge: saved.replace("{", `{"x":"${"y".repeat(8_000_000)}",`),
            "a number beyond all": saved.replace(/"streamsChecked":\s*\d+/, '"streamsChecked":1e999'),
          }[name]!;
        } else {
          const edits = kind === "spoil" ? SPOIL : WHITEWASH;
          name = random.pick(Object.keys(edits));
          const report = JSON.parse(saved) as Report;
          edits[name]!(report, random);
          text = JSON.stringify(report);
        }
        writeFileSync(path, text);
        const format = random.pick(FORMATS);
        const stdin = random.chance(0.3);
        const argv = ["render", stdin ? "-" : path, "--format", format, "--exit-code"];
        const outcome = await world.call(argv, { limitMs: 10_000, ...(stdin ? { stdin: text.toString() } : {}) });
        // A byte that changed may have changed nothing that counts; a whole edit into green always contradicts the rest.
        const isLie = kind === "whitewash" || name === "a key twice";
        const neverGreen = isRed && (isLie || kind === "spoil") ? `${world.plant}, and somebody changed ${name}` : null;
        const faults = judge(outcome, { neverGreen, secrets: world.secrets, mostOutput: 5_000_000 + 2 * text.length });
        return {
          planted: `${world.plant}; ${name}; render ${format}${stdin ? " -" : ""}`,
          faults: [...faults, ...escapes(format, outcome.stdout)],
        };
      },
    ),
};
