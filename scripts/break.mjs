// Attacks the built program with seeded faults: npm run break -- --cases 10000 --seed 1 (docs/reliability.md)
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = "node_modules/.cache/reconcile-streams-break";

mkdirSync(`${root}/${outdir}`, { recursive: true });
await build({
  absWorkingDir: root,
  outdir,
  entryPoints: ["test/break/main.ts", "test/break/worker.ts"],
  bundle: true,
  splitting: true,
  packages: "external",
  format: "esm",
  platform: "node",
  target: "node20",
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, [`${outdir}/main.js`, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
process.exit(status ?? 1);
