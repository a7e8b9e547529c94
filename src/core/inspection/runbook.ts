import type { Inspection } from "./inspection.js";

/** The sections of docs/runbook.md for the findings, most urgent first. */
export function runbookSections({
  verdict,
  violations,
  errors,
  notices,
}: Pick<Inspection, "verdict" | "violations" | "errors" | "notices">): string[] {
  const sections: string[] = [];
  const broken = new Set(violations.map(({ invariant }) => invariant));
  if (violations.some(({ side }) => side === "on_chain")) sections.push("Violation on chain");
  if (broken.has("ids_complete") || broken.has("id_below_count")) {
    sections.push("Holes, and streams beyond the counter");
  }
  if (broken.has("released_within_vested") || broken.has("cancel_paid_vested")) sections.push("Overpaid streams");
  if (broken.has("window_amended")) sections.push("Amended windows");
  if (broken.has("on_chain_id_unique")) sections.push("Two rows for one stream");
  else if (violations.some(({ side }) => side === "db")) sections.push("Violation in the database");
  if (verdict === "drift") sections.push("Drift");
  if (verdict === "missing-on-chain") sections.push("Missing on chain");
  if (verdict === "missing-in-db") sections.push("Missing in the database");
  if (verdict === "lag") sections.push("Lag");
  if (errors.length > 0) sections.push("Could not be checked");
  if (notices.length > 0) sections.push("Notices");
  return sections;
}
