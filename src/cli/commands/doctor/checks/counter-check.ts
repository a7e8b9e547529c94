import type { NextId } from "../../../../core/contract/next-id.js";
import { keyValue } from "../../../../core/contract/stream-key.js";
import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import type { ContractEntry } from "../../../../core/doctor/contract-entries.js";
import { Completeness } from "../../../../core/run/completeness.js";
import { keyText, scValText } from "../../../../core/xdr/scval-text.js";
import { type Context, many } from "../context.js";
import type { Rows } from "./row-checks.js";

/** Whether the contract counts its streams where the layout says. */
export function judgeCounter(
  counter: NextId | null,
  entry: ContractEntry,
  context: Context,
  rows: Rows | null,
): CheckResult {
  const { settings, options } = context;
  const { nextId } = settings.contract.layout;
  const unlisted = !options.dbOnly && settings.failOn.includes("unlisted") ? fail : warn;
  if (counter === null || nextId === undefined) {
    const found = "the layout names no counter (nextId), so streams without a row are not looked for";
    return unlisted([found], [`contract.layout.nextId: where the contract keeps it${candidates(entry)}`]);
  }
  const failing = options.dbOnly || !settings.failOn.includes("incomplete") ? warn : fail;
  if (counter.kind === "unknown") {
    return failing([counter.message], ["Correct contract.layout.nextId, or check only the rows with --db-only."]);
  }
  if (counter.kind === "absent")
    return unlisted([counter.message], ["Without it, ids are looked for around those of the rows."]);
  const completeness = new Completeness(counter);
  if (!completeness.isPlausible) {
    const found = `the contract counts up to id ${counter.nextId}, too many ids to check`;
    return failing([found], ["Check contract.layout.nextId; --db-only checks only the rows."]);
  }
  const names = nextId.keys.map((key) => keyText(keyValue(key, 0n))).join(" or ");
  if (counter.absence !== undefined) {
    const place = nextId.storage === "instance" ? "instance" : "persistent storage";
    const found = `the contract's ${place} has no ${names}, so it counts as a contract without streams`;
    if (rows !== null && rows.sampled.rows === 0) return ok(found);
    return warn([found], [`If it has streams: contract.layout.nextId.keys${candidates(entry)}`]);
  }
  const count = counter.nextId - counter.firstId;
  const beside = rows?.count == null ? "" : `; the database has ${many(rows.count, "row")}`;
  return ok(`next id ${counter.nextId}: ${many(count, "stream")} on chain${beside}`);
}

/** The numbers in the contract's instance: one of them may be the counter. */
function candidates(entry: ContractEntry): string {
  if (entry.kind !== "present") return "";
  const numbers = entry.storage.filter(({ val }) => val.type === "u32" || val.type === "u64" || val.type === "u128");
  if (numbers.length === 0) return " (its instance holds no number)";
  const shown = numbers.slice(0, 8).map(({ key, val }) => `${keyText(key)} = ${scValText(val)}`);
  return ` (numbers in its instance: ${shown.join(", ")})`;
}
