import { Completeness } from "../../core/completeness.js";
import { fail, ok, type Verdict, warn } from "../../core/doctor/check.js";
import {
  type ContractEntry,
  keyText,
  readContract,
  readStreamEntries,
  type StreamEntries,
} from "../../core/doctor/contract-entries.js";
import { addLifetime, type Lifetimes, noLifetimes } from "../../core/doctor/entry-lifetime.js";
import { fitLayout, type LayoutFit } from "../../core/doctor/layout-fit.js";
import { bytesText } from "../../core/instance-storage.js";
import { rowOnChainId } from "../../core/mapping.js";
import { type NextId, readNextId } from "../../core/next-id.js";
import { greatestId, keyValue } from "../../core/stream-key.js";
import { encodeScVal } from "../../core/xdr/encode.js";
import type { OnChainClient } from "../../ports/on-chain-client.js";
import type { ChainSide } from "./chain-checks.js";
import { type Context, many } from "./context.js";
import { CHECKS } from "./names.js";
import { nearestName } from "./nearest-name.js";
import type { Rows } from "./row-checks.js";

/** What the contract was found to be. */
export interface ContractSide {
  readonly counter: NextId | null;
  readonly streams: StreamEntries | null;
}

/** Ids of a counter that are looked at from each end of its range. */
const IDS_AT_EACH_END = 10n;
const MOST_IDS = 180;

/** Does the contract exist, count its streams, and keep them as the layout says? */
export async function checkContract(
  context: Context,
  { chain }: ChainSide,
  needs: readonly string[],
  rows: Rows | null,
): Promise<ContractSide> {
  const { settings, checkup, signal } = context;
  const { id, layout } = settings.contract;
  let entry: ContractEntry | null = null;
  let counter: NextId | null = null;
  let streams: StreamEntries | null = null;
  const read = { signal };

  await checkup.needed(CHECKS.contract, [CHECKS.chain, CHECKS.network, ...needs], async () => {
    entry = await readContract(chain!, id, read);
    counter =
      layout.nextId === undefined ? null : await readNextId(chain!, { ...layout, nextId: layout.nextId }, id, read);
    streams = await readSome(chain!, context, rows, counter);
    return judgeContract(entry, streams, id);
  });
  await checkup.needed(CHECKS.counter, [CHECKS.contract], async () => judgeCounter(counter, entry!, context, rows));
  await checkup.needed(CHECKS.layout, [CHECKS.contract], async () => judgeLayout(streams!, entry!, context));
  await checkup.needed(CHECKS.lifetime, [CHECKS.contract], async () => judgeLifetimes(entry!, streams!, context));
  return { counter, streams };
}

/** Streams of the sample rows, and some that the contract itself counts. */
function readSome(
  chain: OnChainClient,
  { plan, settings, options, signal }: Context,
  rows: Rows | null,
  counter: NextId | null,
): Promise<StreamEntries> {
  const { id, layout } = settings.contract;
  const ids = new Set<bigint>();
  const limit = greatestId(layout.stream.key);
  const first = counter !== null && counter.kind !== "unknown" ? counter.firstId : 1n;
  const next = counter?.kind === "known" ? counter.nextId : first + IDS_AT_EACH_END;
  // The first ones whatever the counter says: it may be kept under another name. And a contract's first may be 0.
  const isOfRowsAlone = options.dbOnly && rows !== null && rows.sample.length > 0;
  for (let i = 0n; i < IDS_AT_EACH_END && !isOfRowsAlone; i++) {
    ids.add(first + i);
    if (next - 1n - i >= first) ids.add(next - 1n - i);
  }
  if (!isOfRowsAlone) ids.add(0n);
  const most = Math.min(MOST_IDS, chain.maxKeysPerRead);
  const sample = rows?.sample ?? [];
  const distance = Math.max(1, Math.ceil(sample.length / (most - ids.size)));
  for (let i = 0; i < sample.length; i += distance) {
    const found = rowOnChainId(sample[i]!, plan);
    if (found !== null) ids.add(found);
  }
  const possible = [...ids].filter((found) => found >= 0n && found <= limit).slice(0, most);
  return readStreamEntries(chain, layout, id, possible, { signal });
}

function judgeContract(entry: ContractEntry, streams: StreamEntries, id: string): Verdict {
  const action = "Check contract.id and the network: copy the id from where the contract was deployed.";
  if (entry.kind === "unreadable") return warn([`its own entry cannot be read: ${entry.message}`], [action]);
  if (entry.kind === "absent") {
    const found = `the ledger has no contract ${id}`;
    if (streams.values.length === 0) {
      return fail([found, "and none of its streams: a run would only call every row missing"], [action]);
    }
    const evicted = "Its entry may be archived: restore it. A snapshot has to hold the contract's own entry, too.";
    return warn([`${found}, but ${many(streams.values.length, "stream")} of it`], [evicted]);
  }
  if (entry.wasmHash === null) {
    return warn(["this is the contract of a Stellar asset (a token), not an escrow"], [action]);
  }
  return ok(`exists, WebAssembly ${entry.wasmHash.slice(0, 16)}…`);
}

function judgeCounter(counter: NextId | null, entry: ContractEntry, context: Context, rows: Rows | null): Verdict {
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
    if (rows !== null && rows.survey.rows === 0) return ok(found);
    return warn([found], [`If it has streams: contract.layout.nextId.keys${candidates(entry)}`]);
  }
  const count = counter.nextId - counter.firstId;
  const beside = rows?.count == null ? "" : `; the database has ${many(rows.count, "row")}`;
  return ok(`next id ${counter.nextId}: ${many(count, "stream")} on chain${beside}`);
}

function isStored(
  entry: ContractEntry & { kind: "present" },
  keys: readonly Parameters<typeof keyValue>[0][],
): boolean {
  const stored = new Set(entry.storage.map(({ key }) => bytesText(encodeScVal(key))));
  return keys.some((key) => stored.has(bytesText(encodeScVal(keyValue(key, 0n)))));
}

/** The numbers in the contract's instance: one of them counts. */
function candidates(entry: ContractEntry): string {
  if (entry.kind !== "present") return "";
  const numbers = entry.storage.filter(({ val }) => val.type === "u32" || val.type === "u64" || val.type === "u128");
  if (numbers.length === 0) return " (its instance holds no number)";
  const shown = numbers.slice(0, 8).map(({ key, val }) => `${keyText(key)} = ${"value" in val ? val.value : ""}`);
  return ` (numbers in its instance: ${shown.join(", ")})`;
}

function judgeLayout(streams: StreamEntries, entry: ContractEntry, context: Context): Verdict {
  const { mapping } = context.settings.database;
  const { layout } = context.settings.contract;
  const failing = context.settings.failOn.includes("incomplete") ? fail : warn;
  if (streams.faults.length > 0) {
    const found = [`${many(streams.faults.length, "entry cannot", "entries cannot")} be read:`, streams.faults[0]!];
    return failing(found, ["If the contract is new, this version may not know its kind of values: update the tool."]);
  }
  if (streams.values.length === 0) return noStreams(streams, entry, context);
  const fit = fitLayout(streams.values, layout, new Set(Object.keys(mapping.fields)), nearestName);
  const facts = otherFields(fit);
  if (fit.problems.length === 0) {
    const fields = Object.keys(layout.fields).length - fit.absent.length;
    return ok(`"${layout.name}" fits ${many(fit.entries, "stream")}: ${many(fields, "field")}`, ...facts);
  }
  const found = fit.problems.map(({ field, found, entries }) => {
    const share = entries === fit.entries ? "" : ` (${entries} of ${fit.entries} streams)`;
    return `${field}: ${found}${share}`;
  });
  const custom = "A preset is changed by writing its layout out: docs/configuration.md, Another contract.";
  return failing(
    [`"${layout.name}" does not fit the contract's struct:`, ...found, ...facts],
    [...new Set(fit.problems.map(({ action }) => action)), custom],
  );
}

function otherFields({ absent, extra }: LayoutFit): string[] {
  const facts: string[] = [];
  if (absent.length > 0) facts.push(`not in this contract, and not compared: ${absent.join(", ")}`);
  if (extra.length > 0) facts.push(`in the contract, and not in the layout: ${extra.join(", ")}`);
  return facts;
}

function noStreams(streams: StreamEntries, entry: ContractEntry, { settings }: Context): Verdict {
  const { key, storage } = settings.contract.layout.stream;
  const looked = `no stream was found under ${JSON.stringify(key)} (${storage}); ${many(streams.asked, "id")} looked up`;
  const keys = entry.kind === "present" ? entry.storage.slice(0, 8).map((stored) => keyText(stored.key)) : [];
  const facts = keys.length === 0 ? [] : [`keys in the contract's instance: ${keys.join(", ")}`];
  const action =
    "If the contract has streams, contract.layout.stream does not say where: docs/configuration.md, Another contract.";
  return warn([looked, ...facts], [action]);
}

function judgeLifetimes(entry: ContractEntry, streams: StreamEntries, { settings }: Context): Verdict {
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
