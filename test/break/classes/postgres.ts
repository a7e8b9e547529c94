import { Client } from "pg";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass, CaseResult } from "../case.js";
import { spoilCell } from "../hostile-cells.js";
import type { Lab } from "../lab.js";
import type { PostgresStore } from "../store.js";
import { startTcpProxy, type TcpFault } from "../tcp-proxy.js";
import { usualRequest } from "../usual-request.js";
import { inWorld, type World } from "../world.js";

const store = ({ store: it }: World) => it as PostgresStore;

async function cells(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  let planted = "";
  let reason: string | null = null;
  const edit: Parameters<typeof inWorld>[2]["edit"] = (sides) => {
    const cell = spoilCell(random, sides);
    if (cell === null) return;
    planted = `${cell.column} is ${cell.literal}`;
    if (cell.differs) reason = planted;
  };
  const table = `CREATE TABLE streams (id TEXT, on_chain_id BIGINT, recipient_address TEXT, total_amount TEXT,
    released_amount TEXT, status TEXT, last_sync_ledger BIGINT)`;
  return inWorld(random, lab, { store: "postgres", chain: "rpc", edit, table }, async (world) => {
    const { faults, how } = await usualRequest(random, world, () => reason);
    return { planted: `${world.plant}; ${planted}; ${how}`, faults };
  });
}

/** Columns changed into another type, with the values that only this type has; true: the values differ then. */
const TYPES: Readonly<Record<string, { readonly sql: string; readonly differs: boolean }>> = {
  "numeric NaN": { sql: "ALTER TABLE streams ALTER total_amount TYPE numeric USING 'NaN'", differs: true },
  "numeric Infinity": { sql: "ALTER TABLE streams ALTER total_amount TYPE numeric USING 'Infinity'", differs: true },
  "double NaN": { sql: "ALTER TABLE streams ALTER released_amount TYPE float8 USING 'NaN'", differs: true },
  bytea: { sql: "ALTER TABLE streams ALTER status TYPE bytea USING '\\x00ff'", differs: true },
  json: { sql: "ALTER TABLE streams ALTER released_amount TYPE jsonb USING '{\"a\": 1}'", differs: true },
  "an array": { sql: "ALTER TABLE streams ALTER released_amount TYPE text[] USING ARRAY['1', '2']", differs: true },
  money: { sql: "ALTER TABLE streams ALTER released_amount TYPE money USING 1.5", differs: true },
  "an interval": { sql: "ALTER TABLE streams ALTER released_amount TYPE interval USING '1 day'", differs: true },
  "a date": { sql: "ALTER TABLE streams ALTER last_sync_ledger TYPE timestamptz USING now()", differs: false },
  "an infinite date": {
    sql: "ALTER TABLE streams ALTER last_sync_ledger TYPE timestamptz USING 'infinity'",
    differs: false,
  },
  boolean: { sql: "ALTER TABLE streams ALTER status TYPE boolean USING true", differs: true },
  "fixed width": { sql: "ALTER TABLE streams ALTER status TYPE char(40)", differs: false },
  "an enum": {
    sql: "CREATE TYPE s AS ENUM ('odd'); ALTER TABLE streams ALTER status TYPE s USING 'odd'::s",
    differs: true,
  },
  "ids as text": { sql: "ALTER TABLE streams ALTER on_chain_id TYPE text USING on_chain_id || 'x'", differs: true },
  "ids as fractions": {
    sql: "ALTER TABLE streams ALTER on_chain_id TYPE numeric USING on_chain_id + 0.5",
    differs: true,
  },
  "no ids": { sql: "UPDATE streams SET on_chain_id = NULL", differs: true },
  "one id for all": { sql: "UPDATE streams SET on_chain_id = 1", differs: true },
  "a view that fails": {
    sql: "ALTER TABLE streams RENAME TO t; CREATE VIEW streams AS SELECT *, 1 / (on_chain_id - on_chain_id) AS x FROM t",
    differs: false,
  },
  "a column that fails": {
    sql: `ALTER TABLE streams RENAME TO t; CREATE VIEW streams AS SELECT id, on_chain_id, recipient_address,
      (1 / (on_chain_id - on_chain_id))::text AS total_amount, released_amount, status, last_sync_ledger FROM t`,
    differs: true,
  },
  "a view that sleeps": {
    sql: `ALTER TABLE streams RENAME TO t; CREATE VIEW streams AS SELECT t.id, on_chain_id, recipient_address,
      total_amount || left(pg_sleep(30)::text, 0) AS total_amount, released_amount, status, last_sync_ledger FROM t`,
    differs: true,
  },
  "rows hidden by a policy": {
    sql: "ALTER TABLE streams ENABLE ROW LEVEL SECURITY",
    differs: true,
  },
};

async function types(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  const name = random.pick(Object.keys(TYPES));
  const { sql, differs } = TYPES[name]!;
  return inWorld(random, lab, { store: "postgres", chain: "rpc", attack: name }, async (world) => {
    await world.store.run(sql);
    const reason = () => (differs ? name : null);
    const { faults, how } = await usualRequest(random, world, reason, { timeout: 2 });
    return { planted: `${world.plant}; ${name}; ${how}`, faults };
  });
}

const TERMINATE = (role: string) => `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`;
const CANCEL = (role: string) => `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`;

/** What happens in the database meanwhile; those that end the records leave none that a green run could have. */
const EVENTS: Readonly<Record<string, { readonly sql: (role: string) => string; readonly endsRecords?: boolean }>> = {
  "the table dropped": { sql: () => "SET lock_timeout = '200ms'; DROP TABLE streams" },
  "a column renamed": { sql: () => "SET lock_timeout = '200ms'; ALTER TABLE streams RENAME COLUMN status TO state" },
  "a type changed": {
    sql: () => "SET lock_timeout = '200ms'; ALTER TABLE streams ALTER released_amount TYPE numeric USING 1",
  },
  "all rows deleted": { sql: () => "DELETE FROM streams" },
  "all rows doubled": { sql: () => "INSERT INTO streams SELECT * FROM streams" },
  "the records dropped": { sql: () => "DROP TABLE reconciliation_runs", endsRecords: true },
  "the records emptied": { sql: () => "DELETE FROM reconciliation_runs", endsRecords: true },
  "the heads dropped": { sql: () => "DROP TABLE reconciliation_chain_heads", endsRecords: true },
  "a column of the records dropped": {
    sql: () => "ALTER TABLE reconciliation_runs DROP COLUMN report",
    endsRecords: true,
  },
  "the rights revoked": {
    sql: (role) => `REVOKE ALL ON ALL TABLES IN SCHEMA public FROM ${role}`,
    endsRecords: true,
  },
  "connections ended": { sql: TERMINATE },
  "statements cancelled": { sql: CANCEL },
  "a limit of connections": { sql: (role) => `ALTER ROLE ${role} CONNECTION LIMIT 0` },
  "one connection only": { sql: (role) => `ALTER ROLE ${role} CONNECTION LIMIT 1` },
  "reading only": { sql: (role) => `ALTER ROLE ${role} SET default_transaction_read_only = on` },
  "a time limit of statements": { sql: (role) => `ALTER ROLE ${role} SET statement_timeout = 1` },
  "a time limit of idle transactions": {
    sql: (role) => `ALTER ROLE ${role} SET idle_in_transaction_session_timeout = 1`,
  },
  "another encoding": { sql: (role) => `ALTER ROLE ${role} SET client_encoding = 'LATIN1'` },
  "another way to print": {
    sql: (role) =>
      `ALTER ROLE ${role} SET datestyle = 'German, DMY'; ALTER ROLE ${role} SET intervalstyle = 'iso_8601';
       ALTER ROLE ${role} SET bytea_output = 'escape'; ALTER ROLE ${role} SET extra_float_digits = -15`,
  },
  "another search path": { sql: (role) => `ALTER ROLE ${role} SET search_path = 'pg_catalog'` },
  "records that refuse": {
    sql: () => `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'disk full' USING ERRCODE = '53100'; END $$;
      CREATE TRIGGER no BEFORE UPDATE ON reconciliation_runs FOR EACH ROW EXECUTE FUNCTION no()`,
    endsRecords: true,
  },
  "records that vanish": {
    sql: () => `CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER gone BEFORE UPDATE ON reconciliation_runs FOR EACH ROW EXECUTE FUNCTION gone()`,
    endsRecords: true,
  },
  "a standby that cancels": {
    sql: () => `CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'conflict with recovery'
      USING ERRCODE = '40001'; END $$;
      CREATE TRIGGER conflict BEFORE UPDATE ON reconciliation_runs FOR EACH ROW EXECUTE FUNCTION conflict()`,
    endsRecords: true,
  },
};

async function events(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  const name = random.pick(Object.keys(EVENTS));
  const { sql, endsRecords = false } = EVENTS[name]!;
  return inWorld(random, lab, { store: "postgres", chain: "rpc", attack: name }, async (world) => {
    const nth = random.int(-1, 4);
    let done = false;
    const act = async () => {
      await world.store.run(sql(store(world).lab.role)).then(
        () => {
          done = true;
        },
        () => undefined,
      );
      await world.store.run("RESET lock_timeout");
    };
    if (nth < 0) await act();
    else world.meanwhile(nth, act);
    const { faults, how } = await usualRequest(random, world, () => null, { timeout: 2 });
    const isRecorded = !/dry|doctor|inspect/.test(how);
    const records = await world.store.records().catch(() => []);
    const isRight = records.some(({ exitCode }) => exitCode === 0);
    const isLost = done && endsRecords && isRecorded && world.lastCode === 0 && !isRight;
    const lost = isLost ? ["lost record: exit 0, and no record says so"] : [];
    const when = nth < 0 ? "before" : `at request ${nth}`;
    return { planted: `${world.plant}; ${name}, ${when}; ${how}`, faults: [...faults, ...lost] };
  });
}

/** Locks that somebody holds for as long as the run lasts. */
async function locks(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  return inWorld(random, lab, { store: "postgres", chain: "rpc" }, async (world) => {
    const table = random.pick(["streams", "reconciliation_runs", "reconciliation_chain_heads"]);
    const mode = random.pick(["ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE"]);
    const nth = random.int(-1, 4);
    const other = new Client({ connectionString: store(world).lab.admin.url });
    await other.connect();
    const act = async () => {
      await other
        .query(`BEGIN; SET LOCAL lock_timeout = '200ms'; LOCK TABLE ${table} IN ${mode} MODE`)
        .catch(() => other.query("ROLLBACK"));
    };
    if (nth < 0) await act();
    else world.meanwhile(nth, act);
    try {
      const { faults, how } = await usualRequest(random, world, () => null, {
        timeout: 2,
        runsOnly: true,
        afterwards: () => other.query("ROLLBACK"),
      });
      return { planted: `${world.plant}; ${table} locked (${mode}) at ${nth}; ${how}`, faults };
    } finally {
      await other.end();
    }
  });
}

/** What the network does between the program and PostgreSQL. */
function tcpFault(random: SeededRandom): { readonly name: string; readonly fault: TcpFault } {
  const at = random.pick([0, 1, 5, 60, 300, 700, 1_500, 3_000, 6_000, 12_000]) + random.int(0, 90);
  const noise = random.fork("noise");
  const cut = (bytes: Buffer, sofar: number) => (sofar + bytes.length > at ? null : bytes);
  return random.pick([
    { name: `cut after ${at} bytes`, fault: { piece: (bytes, _to, sofar) => cut(bytes, sofar) } },
    {
      name: `the server's answers cut after ${at} bytes`,
      fault: { piece: (bytes, toServer, sofar) => (toServer ? bytes : cut(bytes, sofar)) },
    },
    {
      name: `stalled after ${at} bytes`,
      fault: { piece: (bytes, _to, sofar) => (sofar + bytes.length > at ? "stall" : bytes) },
    },
    {
      name: `a byte of the server changed after ${at}`,
      fault: {
        piece: (bytes, toServer, sofar) => {
          if (toServer || sofar < at || sofar > at + 4_000) return bytes;
          const changed = Buffer.from(bytes);
          changed[noise.int(0, changed.length - 1)] = noise.int(0, 255);
          return changed;
        },
      },
    },
    {
      name: "a web server in its place",
      fault: { piece: (bytes, toServer) => (toServer ? bytes : Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")) },
    },
    { name: "silence", fault: { silent: true } },
    {
      name: "a great length announced",
      fault: { piece: (bytes, toServer) => (toServer ? bytes : Buffer.from("447fffffff00", "hex")) },
    },
  ] satisfies { name: string; fault: TcpFault }[]);
}

async function network(random: SeededRandom, lab: Lab): Promise<CaseResult> {
  const { name, fault } = tcpFault(random);
  return inWorld(random, lab, { store: "postgres", chain: "rpc", attack: name }, async (world) => {
    const { lab: postgres, urlBy } = store(world);
    const proxy = await startTcpProxy(postgres, fault);
    world.config.database!.url = urlBy(proxy.port);
    try {
      const isLie = name.startsWith("a byte");
      const { faults, how } = await usualRequest(random, world, () => null, {
        timeout: 2,
        neverRed: world.plant === "nothing" && !isLie,
      });
      // A changed byte may be a value like any other, for the reader as for the campaign.
      const sure = isLie ? faults.filter((fault) => !/^(false green|lost record)/.test(fault)) : faults;
      return { planted: `${world.plant}; ${name}; ${how}`, faults: sure };
    } finally {
      await proxy.close();
    }
  });
}

const WAYS = [cells, cells, types, types, events, events, events, locks, network, network, network];

/** A PostgreSQL with odd types, changed or locked meanwhile, or behind a network that breaks. */
export const postgres: BreakClass = {
  name: "PostgreSQL",
  share: 8,
  attack: (random, lab) => random.pick(WAYS)(random, lab),
};
