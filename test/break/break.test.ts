import { spawnSync } from "node:child_process";
import { buildIfStale } from "../support/cli-binary.js";

/** A machine that is busy needs several times the usual minute. */
const LIMIT_MS = 300_000;

it(
  "stands two hundred seeded attacks",
  () => {
    buildIfStale();
    const args = ["scripts/break.mjs", "--cases", "200", "--seed", "1"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: LIMIT_MS });
    expect({ status, fell: stdout.split("\n").filter((line) => /^(fell|not played)/.test(line)) }).toEqual({
      status: 0,
      fell: [],
    });
  },
  LIMIT_MS,
);
