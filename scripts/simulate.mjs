// Runs the tool against simulated worlds: npm run simulate -- --worlds 500 --seed 1
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function wholeNumber(name, text) {
  if (/^\d{1,9}$/.test(text)) return text;
  process.stderr.write(`--${name} takes a whole number, not ${JSON.stringify(text)}\n`);
  process.exit(2);
}

const { values } = parseArgs({ options: { worlds: { type: "string", default: "100" }, seed: { type: "string" } } });
const env = { ...process.env, SIMULATE_WORLDS: wholeNumber("worlds", values.worlds) };
if (values.seed !== undefined) env.SIMULATE_SEED = wholeNumber("seed", values.seed);

// Jest compiles the TypeScript and starts the PostgreSQL that some worlds need.
const jest = join(dirname(createRequire(import.meta.url).resolve("jest/package.json")), "bin", "jest.js");
const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
const { status } = spawnSync(process.execPath, [...flags, jest, "test/simulation/simulation.test.ts"], {
  cwd: root,
  env,
  stdio: "inherit",
});
process.exit(status ?? 1);
