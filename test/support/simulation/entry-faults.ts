import type { StreamStruct } from "../streampay-contract.js";
import { ENTRY_CORRUPTIONS } from "./entry-corruptions.js";
import { common, type FaultPlanter, pickSound } from "./fault-ground.js";
import { brokenByEntry } from "./reference-invariants.js";
import { rowOfStream } from "./row-of-stream.js";
import { liabilityOf, vestedAmount } from "./vested-amount.js";

export const hole: FaultPlanter = (ground) => {
  const id = pickSound(ground);
  const row = id === null ? undefined : ground.table.rowsOf(id)[0];
  if (id === null || row === undefined) return null;
  ground.contract.overwrite(id, null);
  ground.freeze(id);
  const keepsRow = ground.random.chance(0.5);
  if (!keepsRow) ground.table.remove(row.id);
  const how = `removed the entry ${keepsRow ? "and left the row" : "and the row"}`;
  return { ...common(ground, id, keepsRow ? row.id : null), kind: "hole", invariant: "ids_complete", how };
};

export const aboveCount: FaultPlanter = (ground) => {
  const { contract, table, random } = ground;
  const model = pickSound(ground);
  const from = model === null ? null : contract.stream(model);
  if (from === null) return null;
  const id = contract.nextId + random.bigint(500n, 9_999n);
  const stream: StreamStruct = { ...from, id, status: "Cancelled", released_amount: 0n, start_time: 0n, end_time: 0n };
  contract.overwrite(id, { ...stream, paused_at: 0n, total_paused_duration: 0n, last_update: contract.now });
  table.put(rowOfStream(contract.stream(id)!, id, ground.indexedUpTo));
  ground.freeze(id);
  const how = "wrote an entry and its row at an id that the contract has not given out";
  return { ...common(ground, id, `stream_${id}`), kind: "violation", invariant: "id_below_count", how };
};

export const corruptEntry: FaultPlanter = (ground) => {
  const { contract, table, random } = ground;
  const sound = ground.soundStreams();
  const { invariant, corrupt } = random.pick(ENTRY_CORRUPTIONS);
  const from = random.int(0, Math.max(0, sound.length - 1));
  for (const id of [...sound.slice(from), ...sound.slice(0, from)]) {
    const stream = contract.stream(id)!;
    const corrupted = corrupt(stream, { random, now: contract.now, farAhead: ground.farAhead });
    if (corrupted === null || !breaks(corrupted, id, ground.farAhead, invariant)) continue;
    contract.overwrite(id, corrupted);
    const owedMore = liabilityOf(corrupted) - liabilityOf(stream);
    if (owedMore > 0n) contract.setBalance(stream.token, contract.balance(stream.token) + owedMore);
    ground.freeze(id);
    // An indexer that reads entries would have taken the corrupted one over.
    const agrees = invariant !== "id_matches_key" && random.chance(0.5);
    if (agrees) contract.announce(id);
    const rowId = table.rowsOf(id)[0]?.id ?? null;
    const how = `corrupted the entry (${invariant})${agrees ? ", which the row follows" : ""}`;
    return { ...common(ground, id, rowId), kind: "violation", invariant, how };
  }
  return null;
};

function breaks(stream: StreamStruct, id: bigint, now: bigint, invariant: string): boolean {
  return [...brokenByEntry(stream, id, now).values()].some((names) => names.includes(invariant));
}

export const drain: FaultPlanter = (ground) => {
  const { contract, random } = ground;
  const owed = new Map<string, bigint>();
  for (const id of contract.entries.keys()) {
    const stream = contract.stream(id);
    if (stream !== null) owed.set(stream.token, (owed.get(stream.token) ?? 0n) + liabilityOf(stream));
  }
  const open = [...owed].filter(([, amount]) => amount > 0n);
  if (open.length === 0) return null;
  const [token, amount] = random.pick(open);
  const missing = random.chance(0.3) ? 1n : random.bigint(1n, amount);
  contract.setBalance(token, amount - missing);
  const how = `took ${missing} more out of the escrow than it could spare`;
  return { ...common(ground, null, null), kind: "insolvent", invariant: "solvent", token, how };
};

/** Withdraw, stretch the window until vested is below released, perhaps cancel (docs/contract-facts.md#amendments). */
export const amendedAway: FaultPlanter = (ground) => {
  const { contract, random } = ground;
  for (const id of ground.soundStreams()) {
    const stream = contract.stream(id)!;
    const available = vestedAmount(stream, contract.now) - stream.released_amount;
    if (stream.status !== "Active" || available <= 0n || available + stream.released_amount === stream.total_amount) {
      continue;
    }
    if (!contract.withdraw(id, available)) continue;
    if (!contract.amend(id, contract.now + (ground.farAhead - contract.now) * 1_000n)) continue;
    const isCancelled = random.chance(0.6) && contract.cancel(id);
    ground.freeze(id);
    const how = `withdrew, then stretched the window${isCancelled ? ", then cancelled" : ""}`;
    return { ...common(ground, id, `stream_${id}`), kind: "amended", how };
  }
  return null;
};
