import { type Findings, statusOf } from "../../core/report/findings.js";
import type { ChainProgress, Compared, DatabaseProgress, Report, TokenUnits } from "../../core/report/report.js";
import { EXIT_OF_SIGNAL } from "../process/exit-codes.js";
import { exitCodeOf, type FailOn } from "../process/fail-on.js";
import { Interrupted, type Stop } from "../process/stop.js";

export interface RunFacts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly dryRun: boolean;
  readonly toolVersion: string;
  readonly only: readonly string[] | null;
  readonly contractId: string;
  readonly failOn: readonly FailOn[];
  readonly network: string | null;
  /** Units that are known, of any token. */
  readonly tokens: readonly TokenUnits[];
  readonly compared: Compared;
  readonly chain: ChainProgress;
  /** Why the run ended early; null when it did not. */
  readonly stop: Stop | null;
}

/** The JSON report (docs/report.md#keys). */
export function buildReport(facts: RunFacts, findings: Findings): Report {
  const status = statusOf(findings);
  const exitCode =
    facts.stop instanceof Interrupted ? EXIT_OF_SIGNAL[facts.stop.signal] : exitCodeOf(findings, facts.failOn);
  return {
    schemaVersion: 1,
    runId: facts.runId,
    startedAt: facts.startedAt.toISOString(),
    finishedAt: facts.finishedAt.toISOString(),
    dryRun: facts.dryRun,
    toolVersion: facts.toolVersion,
    status,
    exitCode,
    scope: facts.only ?? "all-streams",
    contractId: facts.contractId,
    network: facts.network,
    ledger: findings.ledger ?? { first: null, last: null },
    compared: facts.compared,
    database: databaseOf(findings.progress, facts.chain.newestLedger),
    chain: facts.chain,
    summary: findings.summary,
    discrepancies: findings.discrepancies,
    violations: findings.violations,
    errors: findings.errors,
    notices: findings.notices,
    tokens: facts.tokens.filter(({ token }) => findings.tokens.has(token)),
  };
}

const SECONDS_PER_LEDGER = 5;

function databaseOf(progress: Findings["progress"], newestLedger: number | null): DatabaseProgress {
  const { watermark } = progress;
  const ledgersBehind = watermark === null || newestLedger === null ? null : Math.max(0, newestLedger - watermark);
  return {
    ...progress,
    ledgersBehind,
    secondsBehind: ledgersBehind === null ? null : ledgersBehind * SECONDS_PER_LEDGER,
  };
}
