import { mkdirSync, openSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rowOf } from "../../support/cli-world.js";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass, CaseResult } from "../case.js";
import { spoilCell } from "../hostile-cells.js";
import type { Lab } from "../lab.js";
import type { SqliteStore } from "../store.js";
import { usualRequest } from "../usual-request.js";
import { inWorld, type World } from "../world.js";

const COLUMNS = "id, on_chain_id, recipient_address, total_amount, released_amount, status, last_sync_ledger";
const UNTYPED = `CREATE TABLE streams (${COLUMNS})`;

/** Cells of types that a column of SQLite does not promise to keep out. */
const ANY_CELL = [
  "X'00ff'",
  "X''",
  "9e999",
  "-9e999",
  "1.5",
  "CAST(X'ff' AS TEXT)",
  "CAST(X'3100' AS TEXT)",
  "zeroblob(100000)",
];

async function cells(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  let planted = "";
  let reason: string | null = null;
  const edit: Parameters<typeof inWorld>[2]["edit"] = (sides) => {
    const { rows, victim } = sides;
    if (random.chance(0.7)) {
      const cell = spoilCell(random, sides);
      if (cell === null) return;
      planted = `${cell.column} is ${cell.literal}`;
      if (cell.differs) reason = planted;
      return;
    }
    const row = rows.find(({ on_chain_id }) => on_chain_id === String(victim.id));
    if (row === undefined) return;
    const column = random.pick(Object.keys(row));
    const literal = random.pick(ANY_CELL);
    if (row[column] !== rowOf(victim, 990)[column]) return;
    row[column] = literal;
    planted = `${column} is ${literal}`;
    if (column !== "id" && column !== "last_sync_ledger") reason = planted;
  };
  const table = random.chance(0.6) ? { table: UNTYPED } : {};
  return inWorld(
    random,
    lab,
    { store: "sqlite", chain: chainOf(random), edit, ...table, attack: "cells" },
    async (world) => {
      const { faults, how } = await usualRequest(random, world, () => reason);
      return { planted: `${world.plant}; ${planted}; ${how}`, faults };
    },
  );
}

const chainOf = (random: SeededRandom) => (random.chance(0.7) ? "rpc" : "snapshot");
const store = ({ store: it }: World) => it as SqliteStore;

/** What happens to the file before anybody reads it. */
const FILES: Readonly<Record<string, (world: World, random: SeededRandom) => void>> = {
  "bytes flipped": (world, random) => {
    const bytes = readFileSync(store(world).path);
    for (let n = random.int(1, 40); n > 0; n -= 1) bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
    writeFileSync(store(world).path, bytes);
  },
  "a page of noise": (world, random) => {
    const bytes = readFileSync(store(world).path);
    const at = 4096 * random.int(0, Math.floor(bytes.length / 4096) - 1);
    for (let i = at; i < at + 4096; i += 1) bytes[i] = random.int(0, 255);
    writeFileSync(store(world).path, bytes);
  },
  "cut off": (world, random) => {
    const { length } = readFileSync(store(world).path);
    truncateSync(store(world).path, random.int(1, length - 1));
  },
  empty: (world) => truncateSync(store(world).path, 0),
  "another file": (world) => writeFileSync(store(world).path, "SQLite format 3\u0000 but not quite"),
  "not there": (world) => rmSync(store(world).path),
  "a folder": (world) => {
    rmSync(store(world).path);
    mkdirSync(store(world).path);
  },
  "a link to itself": (world) => {
    rmSync(store(world).path);
    symlinkSync(store(world).path, store(world).path);
  },
  "a device": (world) => {
    rmSync(store(world).path);
    symlinkSync("/dev/zero", store(world).path);
  },
  "a foreign journal beside it": (world) => {
    writeFileSync(`${store(world).path}-journal`, Buffer.alloc(4096, 7));
  },
  "a foreign WAL beside it": (world) => {
    writeFileSync(`${store(world).path}-wal`, Buffer.alloc(8192, 7));
  },
};

/** After these nobody can read the rows any more. */
const UNREADABLE = ["empty", "another file", "not there", "a folder", "a link to itself", "a device"];

async function files(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  const name = random.pick(Object.keys(FILES));
  return inWorld(random, lab, { store: "sqlite", chain: chainOf(random), attack: name }, async (world) => {
    store(world).connection.close();
    FILES[name]!(world, random);
    const reason = () => (UNREADABLE.includes(name) ? `the database's file is ${name}` : null);
    const { faults, how } = await usualRequest(random, world, reason, { timeout: 10 });
    return { planted: `${world.plant}; file: ${name}; ${how}`, faults: faults.filter(isNoSecondLook) };
  });
}

/** The campaign's own connection is closed: what it could say of records is not a fault. */
const isNoSecondLook = (fault: string) => !fault.startsWith("lost record");

/** What another process does to the database; true: no record can be completed. */
const STATEMENTS: Readonly<Record<string, { readonly sql: string; readonly endsRecords?: boolean }>> = {
  "the table dropped": { sql: "DROP TABLE streams" },
  "the table renamed": { sql: "ALTER TABLE streams RENAME TO elsewhere" },
  "a column renamed": { sql: "ALTER TABLE streams RENAME COLUMN status TO state" },
  "a column dropped": { sql: "ALTER TABLE streams DROP COLUMN released_amount" },
  "a column added": { sql: "ALTER TABLE streams ADD COLUMN more TEXT DEFAULT 'x'" },
  "all rows deleted": { sql: "DELETE FROM streams" },
  "all rows doubled": { sql: "INSERT INTO streams SELECT * FROM streams" },
  "a view in its place": { sql: "ALTER TABLE streams RENAME TO t; CREATE VIEW streams AS SELECT * FROM t" },
  "the records dropped": { sql: "DROP TABLE reconciliation_runs", endsRecords: true },
  "the records emptied": { sql: "DELETE FROM reconciliation_runs", endsRecords: true },
  "the heads dropped": { sql: "DROP TABLE reconciliation_chain_heads", endsRecords: true },
  "the locks dropped": { sql: "DROP TABLE reconciliation_locks" },
  "a column of the records dropped": { sql: "ALTER TABLE reconciliation_runs DROP COLUMN report", endsRecords: true },
  "records that refuse": {
    sql: "CREATE TRIGGER no BEFORE UPDATE ON reconciliation_runs BEGIN SELECT RAISE(ABORT, 'no'); END",
    endsRecords: true,
  },
  "locked for reading and writing": { sql: "BEGIN EXCLUSIVE", endsRecords: true },
  "locked for writing": { sql: "BEGIN IMMEDIATE", endsRecords: true },
  "another way of writing": { sql: "PRAGMA journal_mode = WAL" },
  vacuumed: { sql: "VACUUM" },
};

async function statements(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  const name = random.pick(Object.keys(STATEMENTS));
  const { sql, endsRecords = false } = STATEMENTS[name]!;
  return inWorld(random, lab, { store: "sqlite", chain: "rpc", attack: name }, async (world) => {
    const nth = random.int(-1, 4);
    let done = false;
    const act = async () => {
      try {
        await world.store.run(sql);
        done = true;
      } catch {
        // The program's own lock was in the way: then nothing happened.
      }
    };
    if (nth < 0) await act();
    else world.meanwhile(nth, act);
    const { faults, how } = await usualRequest(random, world, () => null, { timeout: 3 });
    const isRecorded = !/dry|doctor|inspect/.test(how);
    // The lock is let go before anybody counts.
    if (done && sql.startsWith("BEGIN")) await world.store.run("ROLLBACK").catch(() => undefined);
    const left = await world.store.records().catch(() => []);
    const isGreenRecord = left.some(({ exitCode }) => exitCode === 0);
    const isFalse = done && endsRecords && isRecorded && world.plant === "nothing" && !isGreenRecord;
    const lost = isFalse && faults.every((fault) => !fault.startsWith("false")) ? lostGreen(world) : [];
    const when = nth < 0 ? "before" : `at request ${nth}`;
    return {
      planted: `${world.plant}; ${name}, ${when}${done ? "" : " (refused)"}; ${how}`,
      faults: [...faults, ...lost],
    };
  });
}

/** A run that was green and whose record is not there. */
const lostGreen = ({ lastCode }: World) => (lastCode === 0 ? ["lost record: exit 0, and no record says so"] : []);

/** Conditions of the configuration that would reach outside the database. */
async function conditions(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  return inWorld(random, lab, { store: "sqlite", chain: "rpc" }, async (world) => {
    const target = join(world.folder, "written-by-where");
    const where = random.pick([
      `writefile('${target}', 'x') > 0`,
      `length(readfile('${world.snapshot}')) > 0`,
      "load_extension('/tmp/none') IS NULL",
      "1; DELETE FROM streams",
      "1) OR (1",
      `edit('x', 'touch ${target}') IS NULL`,
      "fts3_tokenizer('x') IS NULL",
      "1 /*",
      "1 --",
      "?1",
      "\u0000",
    ]);
    world.config.database!.where = where;
    // A condition leaves rows out, and the report says so: no false green is looked for here, but a false red neither.
    const { faults, how } = await usualRequest(random, world, () => null, { timeout: 3 });
    const rows = await world.store.rows("SELECT count(*) AS n FROM streams");
    const lost = Number(rows[0]?.n) < world.sides.rows.length ? ["a condition deleted rows"] : [];
    const written = exists(target) ? ["a condition wrote a file"] : [];
    return { planted: `${world.plant}; where: ${where}; ${how}`, faults: [...faults, ...lost, ...written] };
  });
}

function exists(path: string): boolean {
  try {
    openSync(path, "r");
    return true;
  } catch {
    return false;
  }
}

/** Conditions that compute for ever: in a process of its own, since they would block this one. */
async function endless(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  return inWorld(random, lab, { store: "sqlite", chain: "rpc", asProcess: true }, async (world) => {
    world.config.database!.where = random.pick([
      "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n) > 0",
      "length(hex(randomblob(400000000))) > 0",
    ]);
    const { faults, how } = await usualRequest(random, world, () => null, { timeout: 1, runsOnly: true });
    return { planted: `${world.plant}; where: ${world.config.database!.where}; ${how}`, faults };
  });
}

const WAYS = [
  ...Array.from({ length: 5 }, () => [
    cells,
    cells,
    cells,
    cells,
    files,
    files,
    files,
    statements,
    statements,
    statements,
    statements,
    conditions,
  ]).flat(),
  endless,
];

/** A SQLite file with odd cells, a broken file, one that others change or lock meanwhile. */
export const sqlite: BreakClass = {
  name: "SQLite",
  share: 13,
  attack: (random, lab) => random.pick(WAYS)(random, lab),
};
