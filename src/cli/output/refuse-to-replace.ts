import { statSync } from "node:fs";
import { refuseMistakes } from "../command-line/mistakes.js";
import type { RawOptions } from "../command-line/raw-options.js";
import { canonical, type ReportRequest } from "../command-line/report-request.js";
import { configFiles } from "../config/config-file.js";
import type { Settings } from "../config/settings.js";
import type { Io } from "../process/io.js";
import { filesOf } from "../sources/urls.js";

/** Certificates that the driver and Node read. */
const FILE_VARIABLES = ["PGSSLROOTCERT", "NODE_EXTRA_CA_CERTS"];

/** Everything that a command with these options reads or keeps besides its sources. */
export function filesRead({ config }: RawOptions, { env, cwd }: Pick<Io, "env" | "cwd">): readonly string[] {
  const named = config ?? (env.RECONCILE_CONFIG || undefined);
  return [...configFiles(named, cwd), ...FILE_VARIABLES.flatMap((name) => env[name] || [])];
}

/** The files of both sides and of the run records. */
export function filesOfSources({ database, chain, runStore }: Pick<Settings, "database" | "chain" | "runStore">) {
  return [database.url, chain.url, runStore.url].flatMap(filesOf);
}

/**
 * Keeps a report from replacing what it is made from, under whatever name.
 * @throws ConfigurationError naming the file
 */
export function refuseToReplace(
  { output, reports }: { readonly output: string | null; readonly reports: readonly ReportRequest[] },
  files: readonly string[],
): void {
  const targets = [...(output === null ? [] : [output]), ...reports.map(({ path }) => path)];
  if (targets.length === 0) return;
  const taken = new Set(files.flatMap(namesOf));
  refuseMistakes(
    targets
      .filter((path) => namesOf(path).some((name) => taken.has(name)))
      .map((path) => `${path} is a file that the run reads or keeps its record in; name another file for the report`),
  );
}

/** What two paths to the same file have in common: where symbolic links lead to, or what hard links share. */
function namesOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return [canonical(path), ...(found?.isFile() ? [`${found.dev}:${found.ino}`] : [])];
}
