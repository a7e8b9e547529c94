import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass } from "../case.js";
import { DAMAGES, damage } from "../damage.js";
import { judge } from "../oracle.js";
import { PLANTS, type PlantName } from "../planted.js";
import { inWorld, type World } from "../world.js";

const LIMIT_MS = 8_000;
const WRONG = [null, true, -1, 1e300, "", "x", [], {}, [[[]]], "\u001b[2J", "y".repeat(100_000)];

/** A file in which something is wrong that is no accident of bytes. */
type FileMaker = (path: string, text: string, random: SeededRandom, world: World) => void;

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

const JSON_FILES: Readonly<Record<string, FileMaker>> = {
  "a key twice": (path, text) =>
    writeFileSync(path, text.replace('{"contract"', '{"policy":{"tolerance":"999999"},"contract"')),
  "an unknown key": (path, text) => writeFileSync(path, text.replace("{", '{"databse":{},')),
  "a prototype": (path, text) => writeFileSync(path, text.replace("{", '{"__proto__":{"policy":{"tolerance":"1e9"}},')),
  "a wrong type": (path, _text, random, { config }) => {
    const section = random.pick(Object.keys(config));
    const keys = Object.keys(config[section]!);
    const spoiled = structuredClone(config);
    if (keys.length === 0 || random.chance(0.3)) Object.assign(spoiled, { [section]: random.pick(WRONG) });
    else spoiled[section]![random.pick(keys)] = random.pick(WRONG);
    writeFileSync(path, JSON.stringify(spoiled));
  },
  "a deep value": (path, text, random) =>
    writeFileSync(path, text.replace("{", `{"policy2":${deep(random.pick([1_000, 100_000]))},`)),
  "an unknown variable": (path, text) => writeFileSync(path, text.replace("RECORD_KEY", "NOBODY_SET_THIS")),
  "a comment": (path, text) => writeFileSync(path, `// comment\n${text}`),
  "megabytes of nothing": (path, text) => writeFileSync(path, text + " ".repeat(20_000_000)),
  "a huge key": (path, text) => writeFileSync(path, text.replace("{", `{"${"k".repeat(2_000_000)}":1,`)),
  "a hostile key": (path, text) => writeFileSync(path, text.replace("{", '{"\\u001b[2J\\n::error::owned":1,')),
};

const YAML_FILES: Readonly<Record<string, FileMaker>> = {
  "a key twice": (path, text) => writeFileSync(path, `${text}\npolicy:\n  tolerance: "999999"\n`),
  "a bomb of aliases": (path, text) => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 12; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    writeFileSync(path, `${lines.join("\n")}\n${text}`);
  },
  "an alias of itself": (path, text) => writeFileSync(path, `x: &x [*x]\n${text}`),
  "a deep value": (path, text, random) => writeFileSync(path, `x: ${deep(random.pick([1_000, 50_000]))}\n${text}`),
  "tabs for spaces": (path, text) => writeFileSync(path, text.replaceAll("  ", "\t")),
  "two documents": (path, text) => writeFileSync(path, `${text}\n---\n${text}`),
  "a tag": (path, text) => writeFileSync(path, `x: !!js/function "function(){}"\n${text}`),
  "a merge": (path, text) => writeFileSync(path, `<<: {policy: {tolerance: "999999"}}\n${text}`),
  "an unknown variable": (path, text) => writeFileSync(path, text.replace("RECORD_KEY", "NOBODY_SET_THIS")),
};

/** What is no file, or none that can be read. */
const PLACES: Readonly<Record<string, (path: string) => void>> = {
  "not there": () => {},
  "a folder": (path) => mkdirSync(path),
  "a broken link": (path) => symlinkSync(`${path}.none`, path),
  "a link to itself": (path) => symlinkSync(path, path),
  "an endless device": (path) => symlinkSync("/dev/zero", path),
  "an empty device": (path) => symlinkSync("/dev/null", path),
  "a pipe nobody writes to": (path) => void execFileSync("mkfifo", [path]),
};

/** Large enough that no other setting of the same file could excuse it. */
const GREAT: readonly PlantName[] = ["nothing", "another recipient", "no row", "released too much", "unreadable row"];

/** A configuration file that is damaged, hostile, or no file at all. */
export const configFiles: BreakClass = {
  name: "configuration",
  share: 8,
  attack(random, lab) {
    const isYaml = random.chance(0.4);
    const makers = isYaml ? YAML_FILES : JSON_FILES;
    const kind = random.pick(["damaged", "damaged", "made", "made", "place"]);
    const name = {
      damaged: random.pick(DAMAGES),
      made: random.pick(Object.keys(makers)),
      place: random.pick(Object.keys(PLACES)),
    }[kind]!;
    const plant = random.pick(GREAT);
    // What blocks on a device or a pipe would block this process.
    const asProcess = kind === "place" ? { asProcess: true } : {};
    const chain = random.chance(0.5) ? "rpc" : "snapshot";
    const options = { chain, plant, attack: name, ...asProcess } as const;
    return inWorld(random, lab, options, async (world) => {
      const path = join(world.folder, isYaml ? "c.yaml" : "c.json");
      const text = isYaml ? stringify(world.config) : JSON.stringify(world.config);
      if (kind === "damaged") writeFileSync(path, damage(random, name as (typeof DAMAGES)[number], Buffer.from(text)));
      else if (kind === "made") makers[name]!(path, text, random, world);
      else PLACES[name]!(path);
      const command = random.pick([
        [],
        [],
        [],
        ["doctor"],
        ["runs", "verify"],
        ["gate", "--max-age", "1h"],
        ["migrate"],
      ]);
      const dry = command.length === 0 && random.chance(0.5) ? ["--dry-run"] : [];
      const looks = command.length === 0 ? ["--confirm", "0", "--settle", "0s"] : [];
      const outcome = await world.call([...command, "--config", path, ...dry, ...looks], { limitMs: LIMIT_MS });
      rmSync(path, { force: true, recursive: true });
      const isRun = command.length === 0;
      const neverGreen = isRun && PLANTS[plant].exit !== 0 ? plant : null;
      const unreadable = kind === "place" && isRun ? `the configuration is ${name}` : null;
      const faults = judge(outcome, { neverGreen: neverGreen ?? unreadable, secrets: world.secrets });
      const what = `${isYaml ? "YAML" : "JSON"}, ${name}; ${command[0] ?? "run"} ${dry[0] ?? ""}`;
      return { planted: `${plant}; ${what}`, faults };
    });
  },
};
