import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import type { ContractEntry, StreamEntries } from "../../../../core/doctor/contract-entries.js";
import { type Lifetime, lifetimeOf } from "../../../../core/rules/lifetime.js";
import { type Context, many } from "../context.js";

/** Whether entries end soon, or have ended. */
export function judgeLifetimes(entry: ContractEntry, streams: StreamEntries, { settings }: Context): CheckResult {
  const warning = settings.policy.ttlWarningLedgers;
  const own = entry.kind === "present" ? [lifetimeOf(entry.liveUntil, entry.ledger, warning)] : [];
  const others = streams.liveUntil.map((liveUntil) => lifetimeOf(liveUntil, streams.ledger, warning));
  const all = [...own, ...others];
  if (all.every(({ state }) => state === "not-told")) return ok("the source does not tell until when entries live");
  const found = [...remarks(own, () => "the contract's own entry"), ...remarks(others, (n) => many(n, "stream"))];
  if (found.length === 0) return ok(`none ends soon; the first in ${many(leastOf(all), "ledger")}`);
  const action = ["Extend them (stellar contract extend), restore archived ones (stellar contract restore)."];
  const { failOn } = settings;
  const fails =
    (failOn.includes("ttl") && countOf(others, "ends-soon") > 0) ||
    (failOn.includes("archived") && countOf(others, "archived-or-unknown") + countOf(others, "expired") > 0);
  return fails ? fail([...found, "by policy (failOn), a run fails on that"], action) : warn(found, action);
}

function remarks(lifetimes: readonly Lifetime[], of: (count: number) => string): string[] {
  const remark = (state: Lifetime["state"], what: string): string[] => {
    const count = countOf(lifetimes, state);
    return count === 0 ? [] : [`${what}: ${of(count)}`];
  };
  return [
    ...remark("archived-or-unknown", "archived, or not told by this node"),
    ...remark("expired", "expired"),
    ...remark("ends-soon", `ends soon, the first in ${many(leastOf(lifetimes), "ledger")}`),
  ];
}

const countOf = (lifetimes: readonly Lifetime[], state: Lifetime["state"]): number =>
  lifetimes.filter((lifetime) => lifetime.state === state).length;

/** The fewest ledgers left of any that lives. */
const leastOf = (lifetimes: readonly Lifetime[]): number =>
  Math.min(...lifetimes.flatMap(({ ledgersLeft }) => ledgersLeft ?? []));
