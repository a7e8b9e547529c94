import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import type { ContractEntry, StreamEntries } from "../../../../core/doctor/contract-entries.js";
import { type Lifetime, lifetimeOf } from "../../../../core/rules/lifetime.js";
import { type Context, many } from "../context.js";

/** Whether entries expire soon, or have expired. */
export function judgeLifetimes(entry: ContractEntry, streams: StreamEntries, { settings }: Context): CheckResult {
  const warning = settings.policy.ttlWarningLedgers;
  const own = entry.kind === "present" ? [lifetimeOf(entry.liveUntil, entry.ledger, warning)] : [];
  const others = streams.liveUntil.map((liveUntil) => lifetimeOf(liveUntil, streams.ledger, warning));
  const all = [...own, ...others];
  if (all.every(({ state }) => state === "not-told")) return ok("the source does not say how long entries live");
  const found = [...remarks(own, () => "the contract's own entry"), ...remarks(others, (n) => many(n, "stream"))];
  if (found.length === 0) return ok(`none expires soon; the first in ${many(leastOf(all), "ledger")}`);
  const action = ["Extend them (stellar contract extend), restore archived ones (stellar contract restore)."];
  const { failOn } = settings;
  const fails =
    (failOn.includes("ttl") && countOf(all, "ends-soon") > 0) ||
    (failOn.includes("archived") && countOf(all, "archived-or-unknown") + countOf(all, "expired") > 0);
  return fails ? fail([...found, "the policy (failOn) makes a run fail on this"], action) : warn(found, action);
}

function remarks(lifetimes: readonly Lifetime[], of: (count: number) => string): string[] {
  const remark = (state: Lifetime["state"], what: string): string[] => {
    const count = countOf(lifetimes, state);
    return count === 0 ? [] : [`${what}: ${of(count)}`];
  };
  return [
    ...remark("archived-or-unknown", "archived, or unknown to this node"),
    ...remark("expired", "expired"),
    ...remark("ends-soon", `expires soon, the first in ${many(leastOf(lifetimes), "ledger")}`),
  ];
}

const countOf = (lifetimes: readonly Lifetime[], state: Lifetime["state"]): number =>
  lifetimes.filter((lifetime) => lifetime.state === state).length;

/** The fewest ledgers left of any live entry. */
const leastOf = (lifetimes: readonly Lifetime[]): number =>
  Math.min(...lifetimes.flatMap(({ ledgersLeft }) => ledgersLeft ?? []));
