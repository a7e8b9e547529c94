import { createHash } from "node:crypto";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass } from "../case.js";
import { judge } from "../oracle.js";
import type { Outcome } from "../subject.js";
import { inWorld, type World } from "../world.js";

const RUNS = "reconciliation_runs";
const HEADS = "reconciliation_chain_heads";
const COLUMNS = `run_id started_at finished_at status exit_code scope requested_by tool_version contract_id network
  ledger_first ledger_last streams_checked in_sync drifted lagging missing_on_chain missing_in_db violations unchecked
  service key_id sequence previous_digest report_digest record_key`.split(/\s+/);
const NUMBERS = new Set(
  `exit_code ledger_first ledger_last streams_checked in_sync drifted lagging missing_on_chain missing_in_db violations
   unchecked sequence`.split(/\s+/),
);

/** A journal that a case has made, and how its last full run ended. */
interface Journal {
  readonly length: number;
  readonly isRed: boolean;
  readonly isKeyed: boolean;
  /** The newest full run's place. */
  readonly newest: number;
}

interface Tampering {
  readonly says: string;
  /** The first record that it touches: none before it. */
  readonly from: number;
  /** What is left looks like a journal that was never longer: only who kept the head can tell. */
  readonly onlyByHead?: boolean;
}

type Tamper = (random: SeededRandom, world: World, journal: Journal) => Promise<Tampering | null>;

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const literal = (value: unknown) => (value === null ? "NULL" : `'${String(value).replaceAll("'", "''")}'`);

/** One column of one record, changed to something else that the column can hold. */
const column: Tamper = async (random, { store }, { length }) => {
  const at = random.int(1, length);
  const name = random.pick([...COLUMNS, "report", "record_digest", "record_hmac"]);
  const [row] = await store.rows(`SELECT CAST(${name} AS text) AS v FROM ${RUNS} WHERE sequence = ${at}`);
  const old = row?.v ?? null;
  const value = otherValue(random, name, old === null ? null : String(old));
  await store.run(`UPDATE ${RUNS} SET ${name} = ${value} WHERE sequence = ${at}`);
  return { says: `${name} of record ${at} of ${length} is now ${value.slice(0, 40)}`, from: at };
};

function otherValue(random: SeededRandom, name: string, old: string | null): string {
  if (NUMBERS.has(name)) return name === "sequence" ? "777" : old === null ? "0" : `${Number(old) + random.int(1, 5)}`;
  if (name.endsWith("_at"))
    return random.pick(["'2025-06-01T00:00:00.000Z'", ...(name === "finished_at" ? ["NULL"] : [])]);
  if (name === "status")
    return literal(random.pick(["IN_SYNC", "DRIFT", "RUNNING", "INTERRUPTED"].filter((s) => s !== old)));
  if (name === "report") return old === null ? "'{}'" : literal(old.replace(/\}$/, ',"x":1}'));
  if (name === "run_id") return "'99999999-0000-4000-8000-000000000000'";
  if (/digest|hmac|record_key/.test(name) && old !== null && random.chance(0.7)) {
    return literal(old.replace(/^./, (digit) => (digit === "0" ? "1" : "0")));
  }
  return old === null ? "'x'" : literal(`${old}x`);
}

const removed: Tamper = async (random, { store }, { length }) => {
  const at = random.int(1, length);
  await store.run(`DELETE FROM ${RUNS} WHERE sequence = ${at}`);
  return { says: `record ${at} of ${length} deleted`, from: at };
};

/** The newest records gone, and the head told so, as far as one can without the key. */
const rolledBack: Tamper = async (random, { store }, { length, isKeyed }) => {
  const keep = random.int(1, length - 1);
  await store.run(`DELETE FROM ${RUNS} WHERE sequence > ${keep};
    UPDATE ${HEADS} SET sequence = ${keep}, record_digest = (SELECT record_digest FROM ${RUNS} WHERE sequence = ${keep})`);
  const says = `records after ${keep} of ${length} deleted and the head set back`;
  return { says, from: keep + 1, onlyByHead: !isKeyed };
};

const swapped: Tamper = async (random, { store }, { length }) => {
  const at = random.int(1, length - 1);
  await store.run(`UPDATE ${RUNS} SET sequence = 999 WHERE sequence = ${at};
    UPDATE ${RUNS} SET sequence = ${at} WHERE sequence = ${at + 1};
    UPDATE ${RUNS} SET sequence = ${at + 1} WHERE sequence = 999`);
  return { says: `records ${at} and ${at + 1} of ${length} swapped`, from: at };
};

const headChanged: Tamper = async (random, { store }, { length, isKeyed }) => {
  const ofKeys = [
    `UPDATE ${HEADS} SET head_hmac = NULL`,
    `UPDATE ${HEADS} SET head_hmac = '${"0".repeat(64)}'`,
    `UPDATE ${HEADS} SET record_key = NULL`,
  ];
  const sql = random.pick([
    ...(isKeyed ? ofKeys : []),
    `DELETE FROM ${HEADS}`,
    `UPDATE ${HEADS} SET sequence = sequence + 1`,
    `UPDATE ${HEADS} SET sequence = sequence - 1`,
    `UPDATE ${HEADS} SET record_digest = '${"0".repeat(64)}'`,
    `UPDATE ${HEADS} SET contract_id = 'C${"A".repeat(55)}'`,
  ]);
  return store.run(sql).then(
    () => ({ says: sql, from: length }),
    () => null,
  );
};

/** Every red record written anew as green, with digests that fit, as whoever has the database but not the key can. */
const resealed: Tamper = async (random, { store }, { length, isKeyed, isRed }) => {
  // Without a key nobody can tell it from the truth: docs/run-records.md says so.
  if (!isKeyed || !isRed) return null;
  const strips = random.chance(0.5);
  const times = (name: string) =>
    store.kind === "sqlite" ? name : `to_char(${name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const select = COLUMNS.map((name) => `${name.endsWith("_at") ? times(name) : `CAST(${name} AS text)`} AS ${name}`);
  const rows = await store.rows(
    `SELECT ${select}, CAST(report AS text) AS report FROM ${RUNS} ORDER BY ${RUNS}.sequence`,
  );
  let previous: string | null = null;
  for (const row of rows) {
    const record = { ...row, status: "IN_SYNC", exit_code: "0", drifted: "0", previous_digest: previous } as Record<
      string,
      string | null
    >;
    record.report = record.report?.replace(/"status":"DRIFT","exitCode":3/, '"status":"IN_SYNC","exitCode":0') ?? null;
    record.report_digest = record.report === null ? null : sha256(record.report);
    if (strips) record.record_key = null;
    const line = (name: string) => {
      const value = record[name] ?? null;
      return value === null ? `${name}:-\n` : `${name}:${Buffer.byteLength(value)}:${value}\n`;
    };
    const digest = sha256(`reconcile-streams-record-v1\n${COLUMNS.map(line).join("")}`);
    await store.run(`UPDATE ${RUNS} SET status = 'IN_SYNC', exit_code = 0, drifted = 0, previous_digest = ${literal(previous)},
      report = ${literal(record.report)}, report_digest = ${literal(record.report_digest ?? null)}, record_digest = '${digest}'
      ${strips ? ", record_key = NULL, record_hmac = NULL" : ""} WHERE sequence = ${row.sequence}`);
    previous = digest;
  }
  await store.run(
    `UPDATE ${HEADS} SET record_digest = ${literal(previous)} ${strips ? ", record_key = NULL, head_hmac = NULL" : ""}`,
  );
  return {
    says: `all ${length} records rewritten as green, ${strips ? "without HMACs" : "with their old HMACs"}`,
    from: 1,
  };
};

const everything: Tamper = async (_random, { store }, { length }) => {
  await store.run(`DELETE FROM ${RUNS}; DELETE FROM ${HEADS}`);
  return { says: `all ${length} records and the head deleted`, from: 1, onlyByHead: true };
};

const TAMPERS: readonly Tamper[] = [
  column,
  column,
  column,
  column,
  column,
  removed,
  rolledBack,
  swapped,
  headChanged,
  resealed,
  everything,
];

/** Runs, some red and some green; the last one is of all streams. */
async function makeJournal(random: SeededRandom, world: World): Promise<Journal & { readonly head: string }> {
  const length = random.int(3, 5);
  let isRed = false;
  for (let n = 1; n <= length; n += 1) {
    isRed = random.chance(0.5);
    await world.store.run(`UPDATE streams SET status = '${isRed ? "paused" : "active"}' WHERE on_chain_id = 1`);
    const part = n < length && random.chance(0.2) ? ["--stream", "stream_1"] : [];
    const { code, stderr } = await world.run({ more: ["--format", "json", ...part] });
    if (code !== (isRed ? 3 : 0)) throw new Error(`the journal could not be made: ${code} ${stderr}`);
    await world.clock.sleep(60_000);
  }
  const [head] = await world.store.rows(`SELECT record_digest FROM ${HEADS}`);
  const isKeyed = "recordKey" in world.config.auth!;
  return { length, isRed, isKeyed, newest: length, head: String(head?.record_digest) };
}

/** Records that somebody with the database, but without the key, has changed. */
export const records: BreakClass = {
  name: "records",
  share: 8,
  attack: (random, lab) =>
    inWorld(
      random,
      lab,
      { plant: "nothing", chain: "snapshot", asProcess: false, attack: "records" },
      async (world) => {
        if (random.chance(0.2)) delete world.config.auth!.recordKey;
        const journal = await makeJournal(random, world);
        const verify = (more: readonly string[] = []) => world.run({ command: "runs verify", more });
        const gate = () => world.run({ command: "gate", more: ["--max-age", "24h"] });
        const check = (what: string, outcome: Outcome, reason: string | null, codes?: readonly number[]) =>
          judge(outcome, { neverGreen: reason, secrets: world.secrets, ...(codes === undefined ? {} : { codes }) }).map(
            (fault) => `${what}: ${fault}`,
          );
        const kind = random.pick(["untouched", "another key", ...Array<string>(12).fill("tampered")]);
        const state = `${world.store.kind}, ${journal.isKeyed ? "keyed" : "no key"}, ends ${journal.isRed ? "red" : "green"}`;
        if (kind === "untouched") {
          const faults = [
            ...check("verify", await verify(), null, [0]),
            ...check("gate", await gate(), null, [journal.isRed ? 3 : 0]),
          ];
          return { planted: `untouched; ${state}`, faults };
        }
        if (kind === "another key") {
          const isGone = random.chance(0.5);
          if (isGone) delete world.config.auth!.recordKey;
          else world.env.RECORD_KEY = "a key that nobody knows";
          const reason = journal.isKeyed ? "the key is not the one that sealed them" : null;
          const faults = [...check("verify", await verify(), reason), ...check("gate", await gate(), reason)];
          return { planted: `${isGone ? "no key" : "another key"}; ${state}`, faults };
        }
        const tampering = await random.pick(TAMPERS)(random, world, journal);
        if (tampering === null) return { planted: `nothing to tamper with; ${state}`, faults: [] };
        const { says, from, onlyByHead = false } = tampering;
        const seen = onlyByHead ? null : says;
        const withHead = () => verify(["--expect-head", journal.head]);
        const gated = journal.isRed || from >= journal.newest ? seen : null;
        const faults = [
          ...check("verify", await verify(), seen),
          ...check("verify with the head", await withHead(), says),
          ...check("gate", await gate(), gated),
        ];
        // The next run is an ordinary one, and all agrees: it must not heal what was done.
        await world.store.run("UPDATE streams SET status = 'active' WHERE on_chain_id = 1");
        await world.clock.sleep(60_000);
        faults.push(
          ...check("next run", await world.run({ more: ["--format", "json"] }), null),
          ...check("verify after the next run", await verify(), seen),
          ...check("verify with the head after the next run", await withHead(), onlyByHead ? says : null),
        );
        return { planted: `${says}; ${state}`, faults };
      },
    ),
};
