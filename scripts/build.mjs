// Builds dist: the bundled program (dist/program), and every module separately for the repository's own scripts. The
// program comes first and needs only the sources, so that a change with type errors can still be tried.
import { execFileSync } from "node:child_process";
import { utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bundled, because every run loads them, in dozens of files. Everything else is loaded from node_modules when used. */
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
  // As deep as the sources, so that import.meta.url finds the package's files.
  outdir: "dist/program",
  entryPoints: ["src/cli/main.ts"],
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // CommonJS within a module: commander requires Node's own modules.
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
// Lists what is in which file of the program. Written last, so that its presence proves a complete build; dated to the
// start of the build, so that files edited meanwhile are newer.
writeFileSync(`${root}/dist/program.json`, JSON.stringify(metafile));
utimesSync(`${root}/dist/program.json`, startedAt, startedAt);
