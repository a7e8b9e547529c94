import type { Report } from "../core/report/report.js";
import { isSolvencyUnknown } from "./headline.js";
import { kindOf } from "./listed-finding.js";
import { shellWord } from "./text/shell-word.js";

/** The code that says most about the report: what `explain` should be asked for first. Null when nothing was found. */
export function mostUrgentCode(report: Report): string | null {
  const { violations, discrepancies, errors } = report;
  const [violation] = violations;
  if (violation !== undefined) return violation.invariant;
  const found = discrepancies.find(({ classification }) => classification === "drift") ?? discrepancies[0];
  if (found !== undefined) return kindOf(found);
  return errors[0]?.code ?? (isSolvencyUnknown(report) ? "solvency_undecided" : null);
}

/** How to read on about what was found, for formats that do not explain it themselves. */
export function explainStep(report: Report): string[] {
  const code = mostUrgentCode(report);
  return code === null ? [] : [`Any code above, explained: reconcile-streams explain ${code}`];
}

/** What a person should do about this report, most urgent first. The sections are those of docs/runbook.md. */
export function nextSteps(report: Report): string[] {
  const { summary, discrepancies, errors } = report;
  const steps: string[] = [];
  if (report.violations.some(({ side }) => side === "on_chain")) {
    steps.push(
      "An invariant is broken on chain: stop paying out from this contract until it is explained (docs/runbook.md, Violation on chain).",
    );
  }
  if (report.violations.some(({ side }) => side === "db")) {
    steps.push(
      "An invariant is broken in the database: find what wrote that row (docs/runbook.md, Violation in the database).",
    );
  }
  if (summary.drifted > 0) {
    const first = discrepancies.find((d) => d.classification === "drift" && d.field !== "presence");
    const word = first === undefined ? null : shellWord(first.streamId);
    // At the end, and without a full stop: it is there to be copied.
    const look = word === null ? "." : `. One with its cause: reconcile-streams inspect ${word}`;
    steps.push(`Drift: the rows claim to have seen the state that they disagree with (docs/runbook.md, Drift)${look}`);
  }
  if (summary.missingOnChain > 0) {
    steps.push(
      "Missing on chain: the contract has no such stream; check the row's on-chain id and the contract id (docs/runbook.md, Missing on chain).",
    );
  }
  if (summary.missingInDb > 0) {
    steps.push(
      "Missing in the database: the indexer never wrote these streams (docs/runbook.md, Missing in the database).",
    );
  }
  if (summary.lagging > 0) {
    steps.push(
      "Lag: the database may still be on its way; it becomes drift if it does not arrive (docs/runbook.md, Lag).",
    );
  }
  if (errors.length > 0) {
    steps.push(
      "Not everything was checked: of what could not be, nothing is known; its errors say why (docs/runbook.md, Could not be checked).",
    );
  }
  if (isSolvencyUnknown(report)) {
    steps.push(
      "Whether the escrow can pay is not known: the notice says why; run again at a quiet hour (docs/runbook.md, The escrow cannot pay).",
    );
  }
  return steps;
}
