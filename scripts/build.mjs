// Builds dist: the program, bundled (dist/program), and every module by itself for the repository's own scripts. The
// program is made first and of the sources alone, so that a mistake in types stops no one from trying a change.
import { execFileSync } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What every run loads, much of it in dozens of files. All else is found in node_modules, and loaded where it is used. */
const TAKEN_IN = ["commander", "zod"];

const external = {
  name: "packages stay outside",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || TAKEN_IN.some((name) => path === name || path.startsWith(`${name}/`))) return null;
      return { path, external: true };
    });
  },
};

const startedAt = new Date();
const { metafile } = await build({
  absWorkingDir: root,
  // As deep as the sources: files of the package are found from there (import.meta.url).
  outdir: "dist/program",
  entryPoints: ["src/cli/main.ts"],
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // CommonJS inside of a module: commander asks for node's own modules.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  plugins: [external],
  metafile: true,
  logLevel: "warning",
});
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
try {
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
} catch {
  process.exitCode = 1;
}
// Tells what is in which file of the program. It comes last, so that where it is everything is there; and it is as old as
// the beginning, so that what was edited meanwhile is newer.
writeFileSync(`${root}/dist/program.json`, JSON.stringify(metafile));
utimesSync(`${root}/dist/program.json`, startedAt, startedAt);
