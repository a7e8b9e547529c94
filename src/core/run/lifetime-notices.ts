import { lifetimeOf } from "../rules/lifetime.js";
import type { RunContext } from "./run-context.js";

/**
 * Reports an entry without which the contract can pay nothing, if it has to be restored, or soon will.
 * @param what the entry, as the subject of a sentence
 * @param liveUntil the last ledger at which it is live; null: unknown
 */
export function reportLifetime(context: RunContext, what: string, liveUntil: number | null, ledger: number): void {
  const { findings, run } = context;
  const { state, ledgersLeft } = lifetimeOf(liveUntil, ledger, run.policy.ttlWarningLedgers);
  const restore = "must be restored before the contract can pay anything";
  if (state === "ends-soon") {
    findings.addNotice(
      "ttl_low",
      `${what} is archived in ${ledgersLeft} ledgers, after ledger ${liveUntil}; then it ${restore}`,
    );
  } else if (state === "expired") {
    findings.addNotice("expired", `${what} expired at ledger ${liveUntil} and ${restore}`);
  } else if (state === "archived-or-unknown") {
    findings.addNotice(
      "archived_or_unknown",
      `${what} is archived, or the node does not tell its time to live; if archived, it ${restore}`,
    );
  }
}
