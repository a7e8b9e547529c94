import { type CliResult, cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, insertSql, rowOf, STREAMS_TABLE, WORLD_CONTRACT } from "../support/cli-world.js";
import { createTestDatabase, type TestDatabase, withParts } from "../support/postgres.js";
import { streamStruct } from "../support/streampay-contract.js";

/** Everything that must never be seen, each spelled so that finding it anywhere is no coincidence. */
const PLANTED = {
  password: "plnt-pw:one/1",
  pathKey: "plnt-path-key-2",
  queryKey: "plnt-query-key-3",
  rpcPassword: "plnt-rpc-pw-4",
  rpcUser: "plnt-rpc-user-5",
  fromEnv: "plnt-env-6",
};

let world: CliWorld;
let postgres: TestDatabase;

beforeAll(async () => {
  postgres = await createTestDatabase();
  await postgres.query(`${STREAMS_TABLE}; ${insertSql("streams", [rowOf(streamStruct(), 990)])}`);
});
afterAll(() => postgres.drop());
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** Searches all that was printed for a planted secret, in every spelling that a URL gives it. */
function expectNoSecret({ stdout, stderr }: Pick<CliResult, "stdout" | "stderr">): void {
  for (const secret of Object.values(PLANTED)) {
    for (const spelling of [secret, encodeURIComponent(secret), encodeURI(secret), btoa(secret)]) {
      expect(`${stdout}\n${stderr}`).not.toContain(spelling);
    }
  }
  expect(`${stdout}\n${stderr}`).not.toMatch(/plnt/);
}

const rpcUrl = () =>
  withParts(world.server.url, {
    username: PLANTED.rpcUser,
    password: PLANTED.rpcPassword,
    pathname: `/v1/${PLANTED.pathKey}`,
    search: `?apikey=${PLANTED.queryKey}`,
  });
const deadRpcUrl = () => withParts(rpcUrl(), { hostname: "no-such-host.invalid" });
const dbUrl = (host = "127.0.0.1:1") =>
  `postgres://backend:${encodeURIComponent(PLANTED.password)}@${host}/x?password=${PLANTED.fromEnv}&sslmode=disable`;

const BODIES = ["--verbose", "--format=json", "--format=table"];
const echo = { status: 500, body: `no plan for ${PLANTED.pathKey} of ${PLANTED.rpcUser}, key ${PLANTED.queryKey}` };

describe.each(BODIES)("with %s nothing shows the secrets of", (mode) => {
  it("a run that is well", async () => {
    const result = await cli([
      "--db",
      world.sqlite.url,
      "--chain",
      rpcUrl(),
      "--contract",
      WORLD_CONTRACT,
      "--dry-run",
      mode,
    ]);
    expect(result.code).toBe(0);
    expect(world.server.requests[0]).toMatchObject({ path: `/v1/${PLANTED.pathKey}?apikey=${PLANTED.queryKey}` });
    expectNoSecret(result);
  });

  it.each([
    ["HTTP 500 that repeats them", { kind: "http", ...echo }],
    ["HTTP 401", { kind: "http", status: 401, body: echo.body }],
    ["a redirect", { kind: "http", status: 302, headers: { location: `https://x.invalid/${PLANTED.pathKey}` } }],
    ["HTML", { kind: "http", status: 200, body: `<html>${echo.body}` }],
    ["a JSON-RPC error", { kind: "rpc-error", code: -32000, message: echo.body }],
    ["a reset", { kind: "reset" }],
  ] as const)("an RPC that answers %s", async (_name, fault) => {
    world.server.fault({ fault, times: Number.POSITIVE_INFINITY });
    const result = await cli([
      "--db",
      world.sqlite.url,
      "--chain",
      rpcUrl(),
      "--contract",
      WORLD_CONTRACT,
      "--dry-run",
      mode,
    ]);
    expect([2, 5]).toContain(result.code);
    expectNoSecret(result);
  });

  it("an RPC that is not there", async () => {
    const result = await cli([
      ...["--db", world.sqlite.url, "--chain", deadRpcUrl(), "--contract", WORLD_CONTRACT, "--dry-run", mode],
    ]);
    expect(result.code).toBe(5);
    expect(`${result.stdout}${result.stderr}`).toContain("no-such-host.invalid");
    expectNoSecret(result);
  });

  it("a database that is not there, refuses the password or has another name", async () => {
    const good = new URL(postgres.url);
    const refused = `postgres://backend:${encodeURIComponent(PLANTED.password)}@${good.host}${good.pathname}?sslmode=disable`;
    const otherName = withParts(postgres.url, { pathname: "/other" });
    for (const url of [dbUrl(), dbUrl("no-such-host.invalid"), refused, otherName]) {
      for (const dryRun of [["--dry-run"], []]) {
        const args = ["--db", url, "--chain", `snapshot:${world.snapshot}`, "--contract", WORLD_CONTRACT, mode];
        const result = await cli([...args, ...dryRun]);
        expect([2, 5]).toContain(result.code);
        expectNoSecret(result);
        expect(`${result.stdout}${result.stderr}`).not.toContain(good.password);
      }
    }
  });

  it("URLs that are wrong", async () => {
    const url = dbUrl();
    for (const args of [
      ["--db", url.replace("postgres:", "mysql:")],
      ["--db", url.replace("postgres:", "")],
      ["--db", url.replace("//", "")],
      ["--db", url.replace("127.0.0.1:1", "127.0.0.1:port")],
      ["--db", `${url}&sslmode=nonsense`],
      ["--chain", rpcUrl().replace("http:", "ftp:")],
      ["--chain", rpcUrl().replace("http://", "http:")],
      ["--chain", `https://${PLANTED.rpcUser}:${PLANTED.rpcPassword}@`],
      ["--chain", `http://u:%zz${PLANTED.rpcPassword}@localhost/${PLANTED.pathKey}`],
    ]) {
      const known = ["--db", world.sqlite.url, "--chain", world.server.url, "--contract", WORLD_CONTRACT];
      const result = await cli([...known, ...args, "--dry-run", mode]);
      expect(result.code).not.toBe(1);
      expectNoSecret(result);
    }
  });

  it("a configuration that takes them from the environment, right or wrong", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own spelling
    const url = "postgres://u:${PW}@127.0.0.1:1/x";
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the same
    const bare = "${PW}";
    const chain = { url: `snapshot:${world.snapshot}` };
    const contract = { id: WORLD_CONTRACT };
    for (const content of [
      { database: { url }, chain, contract },
      { database: { url, table: url }, chain, contract, unknown: url },
      { database: { url: url.replace("postgres", "mysql") }, chain: { url }, contract: { id: url, network: url } },
      { policy: { tolerance: url, maxLagLedgers: url }, contract: { layout: url } },
      { contract: { id: bare, network: bare, layout: bare }, policy: { tolerance: bare } },
      { database: { url: world.sqlite.url, table: bare }, chain, contract },
      { database: { url: world.sqlite.url, where: `id = '${bare}' AND` }, chain, contract },
      { database: { url: world.sqlite.url, where: `id <> '${bare}'`, onChainId: bare }, chain, contract },
      { database: { url: world.sqlite.url, where: `id = '${bare}'` }, chain, contract },
    ]) {
      const config = await world.write("c.json", content);
      const result = await cli(["--config", config, "--dry-run", mode], { env: { PW: PLANTED.fromEnv } });
      expect([2, 3, 5]).toContain(result.code);
      expectNoSecret(result);
    }
  });
});

it("keeps them out of the run's record, too", async () => {
  world.server.fault({ fault: { kind: "http", ...echo }, times: Number.POSITIVE_INFINITY });
  const args = ["--db", world.sqlite.url, "--chain", rpcUrl(), "--contract", WORLD_CONTRACT];
  await cli(["migrate", ...args.slice(0, 2)]);
  expect((await cli(args)).code).toBe(5);
  const rows = world.sqlite.rows("SELECT * FROM reconciliation_runs");
  expect(rows).toHaveLength(1);
  expectNoSecret({ stdout: JSON.stringify(rows), stderr: "" });
});

it("keeps them out of what the demo says about its records", async () => {
  const config = await world.write("c.json", { runStore: { url: dbUrl() } });
  const result = await cli(["--config", config]);
  expect(result.stderr).toContain("this is the bundled demo");
  expectNoSecret(result);
});

it("still says where something went wrong when there is nothing to hide", async () => {
  const url = world.server.url.replace(/\/$/, "");
  world.server.fault({ fault: { kind: "http", status: 500 }, times: Number.POSITIVE_INFINITY });
  const result = await cli(["--db", world.sqlite.url, "--chain", url, "--contract", WORLD_CONTRACT, "--dry-run"]);
  expect(result.stdout).toContain(`Soroban RPC ${url}: it answered HTTP 500`);
});

it.each([
  [{ database: { url: "postgres://u:abc@127.0.0.1:1/x" } }, "database.url"],
  [{ auth: { keys: { "key-1": "1234567" } } }, "auth.keys.key-1"],
  [{ auth: { recordKey: "abc" } }, "auth.recordKey"],
])("warns of a secret that is too short to be told from other text: %j", async (content, where) => {
  const chain = { url: `snapshot:${world.snapshot}` };
  const config = await world.write("c.json", {
    ...{ database: { url: world.sqlite.url }, chain, contract: { id: WORLD_CONTRACT } },
    ...content,
  });
  const { stderr } = await cli(["--config", config, "--dry-run"]);
  expect(stderr.split("\n")).toContain(`warning: ${where} has a secret that is too short to be hidden in output.`);
  expect(stderr.split("too short")).toHaveLength(2);
});
