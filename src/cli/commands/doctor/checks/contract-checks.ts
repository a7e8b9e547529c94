import { type NextId, readNextId } from "../../../../core/contract/next-id.js";
import { greatestId } from "../../../../core/contract/stream-key.js";
import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import {
  type ContractEntry,
  readContract,
  readStreamEntries,
  type StreamEntries,
} from "../../../../core/doctor/contract-entries.js";
import { rowOnChainId } from "../../../../core/rules/mapping.js";
import type { OnChainClient } from "../../../../ports/on-chain-client.js";
import { type Context, many } from "../context.js";
import type { ChainSide } from "./chain-checks.js";
import { judgeCounter } from "./counter-check.js";
import { fittingPreset, judgeLayout } from "./layout-check.js";
import { judgeLifetimes } from "./lifetime-check.js";
import { CHECKS } from "./names.js";
import type { Rows } from "./row-checks.js";

/** What was read from the contract. */
export interface ContractSide {
  readonly counter: NextId | null;
  readonly streams: StreamEntries | null;
}

/** Ids to read from each end of the counter's range. */
const IDS_AT_EACH_END = 10n;
const MOST_IDS = 180;

/** Does the contract exist, and does it count and keep its streams as the layout says? */
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
  let ids: readonly bigint[] = [];
  const read = { signal };

  await checkup.needed(CHECKS.contract, [CHECKS.chain, CHECKS.network, ...needs], async () => {
    entry = await readContract(chain!, id, read);
    counter =
      layout.nextId === undefined ? null : await readNextId(chain!, { ...layout, nextId: layout.nextId }, id, read);
    ids = idsToRead(chain!, context, rows, counter);
    streams = await readStreamEntries(chain!, layout, id, ids, read);
    return judgeContract(entry, streams, id);
  });
  await checkup.needed(CHECKS.counter, [CHECKS.contract], async () => judgeCounter(counter, entry!, context, rows));
  await checkup.needed(CHECKS.layout, [CHECKS.contract], async () =>
    judgeLayout(streams!, entry!, context, (misses) => fittingPreset(chain!, context, ids, misses)),
  );
  await checkup.needed(CHECKS.lifetime, [CHECKS.contract], async () => judgeLifetimes(entry!, streams!, context));
  return { counter, streams };
}

/** Ids of sample rows, and some within the contract's counter: as many as one read takes. */
function idsToRead(
  chain: OnChainClient,
  { plan, settings, options }: Context,
  rows: Rows | null,
  counter: NextId | null,
): readonly bigint[] {
  const ids = new Set<bigint>();
  const limit = greatestId(settings.contract.layout.stream.key);
  const first = counter !== null && counter.kind !== "unknown" ? counter.firstId : 1n;
  const next = counter?.kind === "known" ? counter.nextId : first + IDS_AT_EACH_END;
  // The first ids whatever the counter says: it may have another name. And a contract's first id may be 0.
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
  return [...ids].filter((found) => found >= 0n && found <= limit).slice(0, most);
}

function judgeContract(entry: ContractEntry, streams: StreamEntries, id: string): CheckResult {
  const action = "Check contract.id and the network: copy the id from where the contract was deployed.";
  if (entry.kind === "unreadable") return warn([`its own entry cannot be read: ${entry.message}`], [action]);
  if (entry.kind === "absent") {
    const found = `the ledger has no contract ${id}`;
    if (streams.values.length === 0) {
      return fail([found, "and none of its streams: a run would call every row missing"], [action]);
    }
    const evicted = "Its entry may be archived: restore it. A snapshot must also hold the contract's own entry.";
    return warn([`${found}, but ${many(streams.values.length, "stream")} of its`], [evicted]);
  }
  if (entry.wasmHash === null) {
    const found = "this is the contract of a Stellar asset (a token), not an escrow";
    if (streams.values.length > 0) return warn([found], [action]);
    return fail([found, "and it has none of the streams: a run would call every row missing"], [action]);
  }
  return ok(`exists, WebAssembly ${entry.wasmHash.slice(0, 16)}…`);
}
