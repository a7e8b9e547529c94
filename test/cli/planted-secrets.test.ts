import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { FORMATS } from "../../src/report/formats.js";
import { type CliOptions, cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, insertSql, rowOf, STREAMS_TABLE, WORLD_CONTRACT } from "../support/cli-world.js";
import { discrepancy, emptyReport } from "../support/core-report.js";
import { leaksIn, PLANTED } from "../support/planted-secrets.js";
import { createTestDatabase, type TestDatabase, withParts } from "../support/postgres.js";
import type { RpcServerFault } from "../support/rpc-faults.js";
import { encodingsOf } from "../support/secret-encodings.js";
import { ask, startService } from "../support/service.js";
import { streamStruct } from "../support/streampay-contract.js";

let world: CliWorld;
let postgres: TestDatabase;
/** A role's URL whose password is planted. */
let postgresUrl: string;
let config: string;

beforeAll(async () => {
  postgres = await createTestDatabase();
  const role = await postgres.createRole("planted");
  await postgres.query(`ALTER ROLE ${role.name} PASSWORD '${PLANTED.dbPassword.replaceAll("'", "''")}'`);
  await postgres.query(`GRANT ALL ON SCHEMA public TO ${role.name}`);
  postgresUrl = withParts(role.url, { password: encodeURIComponent(PLANTED.dbPassword) });
});
afterAll(() => postgres.drop());

beforeEach(async () => {
  world = await createWorld();
  config = await world.write("planted.json", configuration());
});
afterEach(() => world.close());

const chainUrl = () =>
  withParts(world.server.url, {
    username: encodeURIComponent(PLANTED.rpcUser),
    password: encodeURIComponent(PLANTED.rpcPassword),
    pathname: `/v1/${PLANTED.pathKey}`,
    search: `?apikey=${encodeURIComponent(PLANTED.queryKey)}`,
  });

const AUTH = {
  keys: { "key-1": PLANTED.authKey },
  allowedServices: ["scheduler"],
  service: "scheduler",
  keyId: "key-1",
  recordKey: PLANTED.recordKey,
  previousRecordKeys: [PLANTED.previousKey],
};

/** Every secret there is, each where it belongs. */
const configuration = () => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the configuration's own spelling
  database: { url: world.sqlite.url, where: "id <> '${PLNT}'" },
  runStore: { url: postgresUrl },
  chain: { url: chainUrl() },
  contract: { id: WORLD_CONTRACT },
  auth: AUTH,
});
const ENV = { PLNT: PLANTED.fromVariable, PGPASSWORD: PLANTED.pgPassword };

/** Runs the program, and collects everything that it says and writes. */
async function everythingOf(args: readonly string[], options: CliOptions = {}): Promise<string> {
  const summary = join(world.folder, "summary.md");
  const env = { ...ENV, GITHUB_STEP_SUMMARY: summary, ...options.env };
  const { code, stdout, stderr } = await cli([...args, "--verbose"], { cwd: world.folder, ...options, env });
  expect({ code, stderr: code === 1 ? stderr : "" }).not.toMatchObject({ code: 1 });
  const files = [
    ...args.filter((arg) => /^\w+=out\./.test(arg)).map((arg) => arg.slice(arg.indexOf("=") + 1)),
    summary,
  ];
  const texts = await Promise.all(files.map((file) => readFile(join(world.folder, file), "utf8").catch(() => "")));
  await Promise.all(files.map((file) => rm(join(world.folder, file), { force: true })));
  return [stdout, stderr, ...texts].join("\n");
}

const ALL_FORMATS = FORMATS.filter((format) => format !== "table").flatMap((format) => [
  "--report",
  `${format}=out.${format}`,
]);
const run = (...more: string[]) =>
  everythingOf(["--config", config, "--dry-run", "--confirm", "0", ...ALL_FORMATS, ...more]);

/** Every way of writing, each with some secret; and every secret as it is. */
const PLANTS: readonly (readonly [name: string, text: string])[] = [
  ...Object.entries(PLANTED),
  ...Object.keys(encodingsOf("")).map((encoding, index) => {
    const [name, secret] = Object.entries(PLANTED)[index % Object.keys(PLANTED).length]!;
    return [`${name} as ${encoding}`, encodingsOf(secret)[encoding]!] as const;
  }),
];

/** For places that need not see each: a quarter of them, another one for every place. */
function someFor(place: string) {
  const offset = Array.from(place).reduce((sum, char) => sum + char.charCodeAt(0), 0);
  return PLANTS.filter((_, index) => (index + offset) % 4 === 0);
}

/** @param isShown whether the place is one that the program repeats at all: else only its silence is checked */
function expectHidden(everything: string, isShown = true): void {
  expect(leaksIn(everything)).toEqual([]);
  if (isShown) expect(everything).toContain("***");
}

it("the oracle finds every planted secret in every encoding", () => {
  for (const secret of Object.values(PLANTED)) {
    for (const [encoding, text] of Object.entries(encodingsOf(secret))) {
      expect([encoding, leaksIn(`said ${text}.`).length > 0]).toEqual([encoding, true]);
    }
  }
});

const answer = (edit: (answer: Record<string, unknown>) => unknown): RpcServerFault => ({ kind: "answer", edit });

/** What a node may say, and where it may say it. Some places are never repeated. */
const OF_A_NODE: Readonly<Record<string, (text: string) => RpcServerFault>> = {
  "an error's message": (text) => ({ kind: "rpc-error", code: -32000, message: `bad key: ${text}` }),
  "an error's message, cut": (text) => ({ kind: "rpc-error", code: -32000, message: `${"x".repeat(190)} ${text}` }),
  "an error without a code": (text) => answer((all) => ({ ...all, error: { message: text } })),
  "an error that is text": (text) => answer((all) => ({ ...all, error: text })),
  "an error that is a list": (text) => answer((all) => ({ ...all, error: [{ deep: [text] }] })),
  "an error's key": (text) => answer((all) => ({ ...all, error: { [text]: 1 } })),
  "the id": (text) => answer((all) => ({ ...all, id: text })),
  "an id that is a list": (text) => answer((all) => ({ ...all, id: [text] })),
  "a result that is text": (text) => answer((all) => ({ ...all, result: text })),
  "a result that is a list": (text) => answer((all) => ({ ...all, result: [text] })),
  "a ledger's number": (text) => ({ kind: "result", edit: (all) => ({ ...all, latestLedger: text, sequence: text }) }),
  "the network": (text) => ({ kind: "result", edit: (all) => ({ ...all, passphrase: `Net ; ${text}` }) }),
  "the node's health": (text) => ({ kind: "result", edit: (all) => ("status" in all ? { status: text } : all) }),
  "a list in place of the answer": (text) => ({ kind: "http", status: 200, body: JSON.stringify([text]) }),
  "a body that is not JSON": (text) => ({ kind: "http", status: 200, body: `<p>${text}` }),
  "a body of HTTP 500": (text) => ({ kind: "http", status: 500, body: `no plan for ${text}` }),
  "a body of HTTP 401": (text) => ({ kind: "http", status: 401, body: JSON.stringify({ echo: text }) }),
  "an entry's key": (text) => ({ kind: "rows", edit: (rows) => rows.map((row) => ({ ...row, key: text })) }),
  "an entry's bytes": (text) => ({ kind: "rows", edit: (rows) => rows.map((row) => ({ ...row, xdr: text })) }),
  "an entry's ledger": (text) => ({
    kind: "rows",
    edit: (rows) => rows.map((row) => ({ ...row, lastModifiedLedgerSeq: text })),
  }),
};
const NEVER_REPEATED = /^(an entry's|the node's health|the network)/;

describe.each(Object.entries(OF_A_NODE))("what a node says as %s", (place, faultOf) => {
  it.each(someFor(place))("hides %s", async (_, text) => {
    world.server.fault({ fault: faultOf(text), times: Number.POSITIVE_INFINITY });
    expectHidden(await run(), !NEVER_REPEATED.test(place));
  });
});

it.each([
  ["the path of a redirect", (text: string) => ({ location: `https://other.invalid/${encodeURIComponent(text)}` })],
  ["the host of a redirect", () => ({ location: `https://${PLANTED.pathKey}.invalid/` })],
  ["the time to wait", () => ({ "retry-after": PLANTED.pathKey })],
])("what a node says as %s is hidden", async (_, headersOf) => {
  for (const secret of Object.values(PLANTED)) {
    for (const status of [302, 429]) {
      const fault = { kind: "http", status, reason: PLANTED.pathKey, headers: headersOf(secret) } as const;
      world.server.fault({ fault, times: Number.POSITIVE_INFINITY });
      expectHidden(await run(), false);
      world.server.clearFaults();
    }
  }
});

const inSql = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** What a database may say: changes of a row that agrees. */
const OF_A_ROW: Readonly<Record<string, (text: string) => Record<string, string>>> = {
  "its id": (text) => ({ id: inSql(text), status: "'paused'" }),
  "its status": (text) => ({ status: inSql(text) }),
  "an amount": (text) => ({ total_amount: inSql(text) }),
  "an amount, cut": (text) => ({ total_amount: inSql(`${"x".repeat(50)}${text}`) }),
  "an address": (text) => ({ recipient_address: inSql(text) }),
};

describe.each(Object.entries(OF_A_ROW))("what a row of SQLite has as %s", (place, changesOf) => {
  it.each(someFor(place))("hides %s", async (_, text) => {
    const changes = Object.entries(changesOf(text)).map(([column, value]) => `${column} = ${value}`);
    world.sqlite.run(`UPDATE streams SET ${changes.join(", ")} WHERE on_chain_id = 2`);
    expectHidden(await run());
    expectHidden(await run("--format", "ndjson"));
    for (const format of ["table", "json"]) {
      expectHidden(await everythingOf(["inspect", "on-chain:2", "--raw", "--config", config, "--format", format]));
      expectHidden(await everythingOf(["doctor", "--config", config, "--format", format]), false);
    }
  });
});

describe("what PostgreSQL says", () => {
  const overPostgres = async () => {
    const content = { ...configuration(), database: { url: postgresUrl }, runStore: undefined };
    return world.write("postgres.json", content);
  };
  const role = () => new URL(postgresUrl).username;

  it.each(someFor("postgres"))("in an error, a row and a column hides %s", async (_, text) => {
    const file = await overPostgres();
    const ask = () => everythingOf(["--config", file, "--dry-run", "--confirm", "0", ...ALL_FORMATS]);
    await postgres.query(`DROP VIEW IF EXISTS streams; DROP TABLE IF EXISTS rows_of_streams;
      ${STREAMS_TABLE.replace("TABLE streams", "TABLE rows_of_streams").replaceAll(/VARCHAR\(\d+\)/g, "TEXT")};
      ${insertSql("rows_of_streams", [{ ...rowOf(streamStruct(), 990), status: inSql(text) }])};
      CREATE VIEW streams AS SELECT * FROM rows_of_streams; GRANT SELECT ON streams TO ${role()};`);
    expectHidden(await ask());

    await postgres.query(`CREATE OR REPLACE FUNCTION fails() RETURNS bigint LANGUAGE plpgsql AS $f$
      BEGIN RAISE EXCEPTION USING MESSAGE = ${inSql(`no: ${text}`)}, DETAIL = ${inSql(text)}, HINT = ${inSql(text)}; END $f$;
      DROP VIEW streams; CREATE VIEW streams AS SELECT id, on_chain_id, recipient_address, total_amount,
        released_amount, status, fails() AS last_sync_ledger FROM rows_of_streams;
      GRANT SELECT ON streams TO ${role()};`);
    expectHidden(await ask());

    const column = text.replaceAll('"', '""').slice(0, 40);
    await postgres.query(`DROP VIEW streams; CREATE VIEW streams AS SELECT 1 AS "${column}" FROM rows_of_streams;
      GRANT SELECT ON streams TO ${role()};`);
    expectHidden(await ask(), false);
    expectHidden(await everythingOf(["doctor", "--config", file]), false);
  });
});

it.each(someFor("snapshot"))("what a snapshot file says hides %s", async (_, text) => {
  const whole = await readFile(world.snapshot, "utf8");
  for (const broken of [
    whole.replace(/"network_id": "[^"]*"/, () => `"network_id": ${JSON.stringify(text)}`),
    whole.replace(/"(Active)"/g, () => JSON.stringify(text)),
    whole.replace(/"symbol": "status"/g, () => `"symbol": ${JSON.stringify(text)}`),
    whole.replace(/"ledger_entries"/g, () => JSON.stringify(text)),
    `${JSON.stringify(text)}: ${whole}`,
    JSON.stringify({ [text]: text }),
  ]) {
    const file = await world.write("broken.json", broken);
    expectHidden(await run("--chain", `snapshot:${file}`), false);
  }
});

it.each(Object.entries(PLANTED))("mistakes of a configuration hide %s", async (_, text) => {
  for (const wrong of [
    { [text]: 1 },
    { policy: { tolerance: text, failOn: [text], ignore: [{ reason: text, field: text }] } },
    { contract: { id: text, network: text, layout: text } },
    { database: { url: text, table: text, statuses: { a: text, A: "x" } }, chain: { url: text } },
    { database: { url: "sqlite:x", fields: { [text]: { column: text }, status: { column: text } } } },
  ]) {
    const auth = { ...AUTH, keys: { ...AUTH.keys, ...PLANTED } };
    const file = await world.write("wrong.json", { ...configuration(), auth, ...wrong });
    for (const command of ["run", "doctor", "inspect", "migrate", "serve"]) {
      const args = command === "inspect" ? ["inspect", "stream_1"] : [command];
      expectHidden(await everythingOf([...args, "--config", file]), false);
    }
  }
});

describe("a saved report", () => {
  const saved = (text: string) =>
    emptyReport({
      status: "VIOLATION",
      exitCode: 4,
      scope: [text],
      network: `Net ; ${text}`,
      summary: { ...emptyReport().summary, streamsChecked: 1, drifted: 1, violations: 1, unchecked: 1 },
      discrepancies: [{ ...discrepancy(text, "recipient", text, `${text}!`), field: text }],
      violations: [{ streamId: text, invariant: "solvent", side: "db", message: `so: ${text}`, values: { a: text } }],
      errors: [{ streamId: text, code: "row_unreadable", message: text }],
      notices: [{ streamId: null, code: "expired", message: `${text}; ${text}` }],
      tokens: [{ token: text, symbol: text, decimals: 2, source: "chain" }],
    });

  it.each(PLANTS)("hides %s, which is configured where it is rendered", async (_, text) => {
    await world.write("report.json", saved(text));
    await world.write("reconcile-streams.config.json", configuration());
    expectHidden(await everythingOf(["render", "report.json", ...ALL_FORMATS]));
    // On a terminal lines are wrapped.
    expectHidden(await everythingOf(["render", "report.json"], { terminal: 50 }));
    await world.write("report.json", { ...saved(text), contractId: text, status: text, [text]: text });
    expectHidden(await everythingOf(["render", "report.json"]));
    await world.write("report.json", `{"a": "b", ${text}, "${text}`);
    expectHidden(await everythingOf(["render", "report.json"]), false);
  });
});

describe("a run record", () => {
  it.each(someFor("record"))("is sealed without secrets, and hides %s of whoever altered it", async (_, text) => {
    const file = await world.write("record.json", { ...configuration(), runStore: undefined });
    const options = { userName: text };
    expect((await cli(["migrate", "--config", file], { env: ENV })).code).toBe(0);
    world.sqlite.run(`UPDATE streams SET status = ${inSql(text)} WHERE on_chain_id = 2`);
    expectHidden(await everythingOf(["--config", file, "--confirm", "0", "--requested-by", text], options));
    const stored = () => JSON.stringify(world.sqlite.rows("SELECT * FROM reconciliation_runs"));
    expectHidden(stored());
    const verified = await everythingOf(["runs", "verify", "--config", file]);
    expect(verified).toContain("VERIFIED");
    world.sqlite.run(`UPDATE reconciliation_runs SET started_at = ${inSql(text)}, status = ${inSql(text)}`);
    for (const format of ["table", "json"]) {
      expectHidden(await everythingOf(["runs", "verify", "--config", file, "--format", format]), false);
      expectHidden(await everythingOf(["gate", "--max-age", "1d", "--config", file, "--format", format]), false);
    }
  });
});

describe("the service", () => {
  it.each(someFor("service"))("hides %s in its answers and its log", async (_, text) => {
    world.sqlite.run(`UPDATE streams SET status = ${inSql(text)} WHERE on_chain_id = 2`);
    const file = await world.write("service.json", {
      ...configuration(),
      runStore: undefined,
      policy: { confirm: 0 },
    });
    const service = await startService(["--config", file, "--verbose"], { env: ENV });
    const signed = { secret: PLANTED.authKey };
    try {
      const answers = [
        await ask(service.url, signed),
        await ask(service.url, {
          ...signed,
          method: "GET",
          path: `/api/internal/reconciliation/diff/stream_2`,
          body: "",
        }),
        await ask(service.url, { ...signed, body: JSON.stringify({ [text]: true }) }),
        await ask(service.url, { ...signed, body: JSON.stringify({ dryRun: true, streamId: text }) }),
      ];
      world.server.fault({ fault: OF_A_NODE["a body of HTTP 401"]!(text), times: Number.POSITIVE_INFINITY });
      answers.push(await ask(service.url, signed));
      for (const { body } of answers.slice(0, 2)) expectHidden(body);
      expectHidden(answers.map(({ body, head }) => [...head, body].join("\n")).join("\n"));
    } finally {
      await service.stop();
    }
    expectHidden(service.log(), false);
    for (const line of service.log().trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("event");
  });
});

describe("what a service answers to trigger", () => {
  it.each(someFor("trigger"))("hides %s", async (_, text) => {
    const answers = [
      { error: { code: text, message: text } },
      { data: { ...emptyReport(), contractId: text } },
      { data: { ...emptyReport(), notices: [{ streamId: null, code: "expired", message: text }] } },
    ];
    const server = createServer((_request, response) => {
      response.writeHead(answers.length === 3 ? 500 : 200).end(JSON.stringify(answers.shift()));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      for (let count = answers.length; count > 0; count--) {
        expectHidden(await everythingOf(["trigger", "--url", url, "--config", config, ...ALL_FORMATS]));
      }
    } finally {
      server.close();
    }
  });
});
