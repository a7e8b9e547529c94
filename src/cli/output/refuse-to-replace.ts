import { refuseMistakes } from "../command-line/mistakes.js";
import { canonical, type ReportRequest } from "../command-line/report-request.js";
import type { Settings } from "../config/settings.js";
import { fileOf } from "../sources/urls.js";

/**
 * Keeps a report from replacing its own sources: the file of the database, of the ledger, or of the run records.
 * @throws ConfigurationError naming the file
 */
export function refuseToReplace(
  { output, reports }: { readonly output: string | null; readonly reports: readonly ReportRequest[] },
  { database, chain, runStore }: Pick<Settings, "database" | "chain" | "runStore">,
): void {
  const urls = [database.url, chain.url, runStore.url];
  const sources = urls.flatMap((url) => fileOf(url) ?? []).map(canonical);
  const targets = [...(output === null ? [] : [output]), ...reports.map(({ path }) => path)];
  refuseMistakes(
    targets
      .filter((path) => sources.includes(canonical(path)))
      .map((path) => `${path} is a file that the run reads or keeps its record in; name another file for the report`),
  );
}
