import type { Report } from "../../core/report/report.js";
import { openChain } from "../sources/chains.js";
import { openDb } from "../sources/databases.js";
import { compareSources } from "./compare-sources.js";
import { CurrentRun, type RunRequest } from "./current-run.js";
import { askerOf, underRecord } from "./recorded-run.js";

/**
 * One reconciliation, from opening both sides to a finished record. What could not be checked is in the report.
 * @throws ConfigurationError before anything was checked
 */
export async function runReconciliation(request: RunRequest): Promise<Report> {
  const { settings, options, io, redact } = request;
  const asker = redact(askerOf(request));
  const run = new CurrentRun(request);
  try {
    const rows = run.use(await openDb(settings.database.url));
    const chain = run.use(await openChain(settings.chain, io));
    const compare = () => compareSources(run, { rows, chain });
    if (!options.dryRun) return await underRecord(run, rows, asker, compare);
    await compare();
    return run.conclude();
  } finally {
    await run.close();
  }
}
