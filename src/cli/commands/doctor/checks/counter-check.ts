import { bytesText } from "../../../../core/contract/instance-storage.js";
import type { KeyTemplate } from "../../../../core/contract/layout.js";
import type { NextId } from "../../../../core/contract/next-id.js";
import { keyValue } from "../../../../core/contract/stream-key.js";
import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import type { ContractEntry } from "../../../../core/doctor/contract-entries.js";
import { Completeness } from "../../../../core/run/completeness.js";
import { encodeScVal } from "../../../../core/xdr/encode.js";
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
  if (counter === null || nextId === undefined) {
    const found = "the layout names no counter (nextId): streams that the database lacks are not looked for";
    return warn([found], [`contract.layout.nextId: where the contract keeps it${candidates(entry)}`]);
  }
  const failing = options.dbOnly || !settings.failOn.includes("incomplete") ? warn : fail;
  if (counter.kind === "unknown") {
    return failing([counter.message], ["Correct contract.layout.nextId, or check the rows alone with --db-only."]);
  }
  if (counter.kind === "absent") return warn([counter.message], ["Ids are then looked for around the rows' own."]);
  const completeness = new Completeness(counter);
  if (!completeness.isPlausible) {
    const found = `the contract counts up to id ${counter.nextId}: more than can be gone through`;
    return failing([found], ["Check contract.layout.nextId; --db-only checks the rows alone."]);
  }
  const names = nextId.keys.map((key) => keyText(keyValue(key, 0n))).join(" or ");
  if (nextId.storage === "instance" && entry.kind === "present" && !isStored(entry, nextId.keys)) {
    const found = `the contract's instance has no ${names}, so it counts as one without streams`;
    if (rows !== null && rows.sampled.rows === 0) return ok(found);
    return warn([found], [`If it has streams: contract.layout.nextId.keys${candidates(entry)}`]);
  }
  const count = counter.nextId - counter.firstId;
  const beside = rows?.count == null ? "" : `; the database has ${many(rows.count, "row")}`;
  return ok(`next id ${counter.nextId}: ${many(count, "stream")} on chain${beside}`);
}

function isStored(entry: ContractEntry & { kind: "present" }, keys: readonly KeyTemplate[]): boolean {
  const stored = new Set(entry.storage.map(({ key }) => bytesText(encodeScVal(key))));
  return keys.some((key) => stored.has(bytesText(encodeScVal(keyValue(key, 0n)))));
}

/** The numbers in the contract's instance: one of them counts. */
function candidates(entry: ContractEntry): string {
  if (entry.kind !== "present") return "";
  const numbers = entry.storage.filter(({ val }) => val.type === "u32" || val.type === "u64" || val.type === "u128");
  if (numbers.length === 0) return " (its instance holds no number)";
  const shown = numbers.slice(0, 8).map(({ key, val }) => `${keyText(key)} = ${scValText(val)}`);
  return ` (numbers in its instance: ${shown.join(", ")})`;
}
