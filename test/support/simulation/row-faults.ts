import { accountId } from "../streampay-contract.js";
import { common, type FaultPlanter, pickSound } from "./fault-ground.js";
import { rowOfStream } from "./row-of-stream.js";
import type { SeededRandom } from "./seeded-random.js";
import type { StreamRow } from "./table-model.js";

const STATUSES = ["draft", "active", "paused", "settled", "cancelled"];

export const wrongRow: FaultPlanter = (ground) => {
  const id = pickSound(ground);
  if (id === null) return null;
  const [row] = ground.table.rowsOf(id);
  if (row === undefined) return null;
  const { changed, field } = edited(row, ground.random);
  ground.table.put(changed);
  return { ...common(ground, id, row.id), kind: "drift", how: `wrote a wrong ${field} into the row` };
};

function edited(row: StreamRow, random: SeededRandom): { changed: StreamRow; field: string } {
  const by = random.bigint(1n, row.total);
  switch (random.int(1, 6)) {
    case 1:
      return { field: "total", changed: { ...row, total: row.total + by } };
    case 2:
      return { field: "recipient", changed: { ...row, recipient: accountId(random.int(1, 900)) } };
    case 3: {
      const status = random.pick(STATUSES.filter((name) => name !== row.status));
      return { field: "status", changed: { ...row, status } };
    }
    case 4:
      return { field: "released (negative)", changed: { ...row, released: -by } };
    default:
      return { field: "released", changed: { ...row, released: random.chance(0.5) ? row.released + by : by - 1n } };
  }
}

export const deletedRow: FaultPlanter = (ground) => {
  const id = pickSound(ground);
  const row = id === null ? undefined : ground.table.rowsOf(id)[0];
  if (id === null || row === undefined) return null;
  ground.table.remove(row.id);
  return { ...common(ground, id, row.id), kind: "missing-in-db", how: "deleted the row" };
};

export const duplicateRow: FaultPlanter = (ground) => {
  const id = pickSound(ground);
  const row = id === null ? undefined : ground.table.rowsOf(id)[0];
  if (id === null || row === undefined) return null;
  const isStale = ground.random.chance(0.5);
  const copy = isStale ? edited(row, ground.random).changed : row;
  ground.table.put({ ...copy, id: `dup_${id}` });
  const how = `inserted a second row ${isStale ? "that differs" : "just like the first"}`;
  return { ...common(ground, id, `dup_${id}`), kind: "duplicate", how };
};

export const ghostRow: FaultPlanter = (ground) => {
  const { contract, table, random } = ground;
  const isLinked = random.chance(0.7);
  const onChainId = isLinked ? contract.nextId + random.bigint(10_000n, 99_999n) : null;
  const id = `ghost_${contract.ledger}_${random.int(0, 9_999)}`;
  const [model] = ground.soundStreams();
  const stream = model === undefined ? null : contract.stream(model);
  if (stream === null) return null;
  table.put({ ...rowOfStream(stream, 0n, ground.indexedUpTo), id, onChainId });
  const how = isLinked ? "inserted a row for a stream that does not exist" : "inserted a row without an on-chain id";
  return { ...common(ground, onChainId, id), kind: "missing-on-chain", how };
};
