import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import type { ContractEntry, StreamEntries } from "../../../../core/doctor/contract-entries.js";
import { addLifetime, type Lifetimes, noLifetimes } from "../../../../core/doctor/entry-lifetime.js";
import { type Context, many } from "../context.js";

/** Whether entries end soon, or have ended. */
export function judgeLifetimes(entry: ContractEntry, streams: StreamEntries, { settings }: Context): CheckResult {
  const warning = settings.policy.ttlWarningLedgers;
  const own = noLifetimes();
  if (entry.kind === "present") addLifetime(own, entry.liveUntil, entry.ledger, warning);
  const sum = noLifetimes();
  for (const liveUntil of streams.liveUntil) addLifetime(sum, liveUntil, streams.ledger, warning);
  if (own.told + sum.told === 0) return ok("the source does not tell until when entries live");
  const found = [...remarks(own, () => "the contract's own entry"), ...remarks(sum, (n) => many(n, "stream"))];
  if (found.length === 0) return ok(`none ends soon; the first in ${many(leastOf(own, sum), "ledger")}`);
  const action = ["Extend them (stellar contract extend), restore archived ones (stellar contract restore)."];
  const { failOn } = settings;
  const fails =
    (failOn.includes("ttl") && sum.low > 0) || (failOn.includes("archived") && sum.archived + sum.expired > 0);
  return fails ? fail([...found, "by policy (failOn), a run fails on that"], action) : warn(found, action);
}

function remarks({ low, expired, archived, least }: Lifetimes, of: (count: number) => string): string[] {
  const found: string[] = [];
  if (archived > 0) found.push(`archived, or not told by this node: ${of(archived)}`);
  if (expired > 0) found.push(`expired: ${of(expired)}`);
  if (low > 0) found.push(`ends soon, the first in ${many(least!, "ledger")}: ${of(low)}`);
  return found;
}

const leastOf = (...all: readonly Lifetimes[]): number =>
  Math.min(...all.map(({ least }) => least ?? Number.MAX_SAFE_INTEGER));
