import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { BINARY, type BinaryOptions, type BinaryResult, buildIfStale, runBinary } from "../support/cli-binary.js";
import { type CliWorld, createWorld, WORLD_CONTRACT } from "../support/cli-world.js";
import { createTestDatabase, type TestDatabase, withParts } from "../support/postgres.js";

const STACK = /^ +at .+:\d+:\d+\)?$/m;
const HTML = { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><h1>Welcome</h1>" };

let world: CliWorld;
let postgres: TestDatabase;

beforeAll(async () => {
  world = await createWorld();
  postgres = await createTestDatabase();
  await postgres.query(`CREATE TABLE streams (id text, on_chain_id bigint, recipient text, total_amount text,
    released_amount text, status text, last_sync_ledger bigint)`);
});

afterAll(async () => {
  await world.close();
  await postgres.drop();
});

/** What every bad input gets, whatever it is: the exit code, an answer that says enough, and no stack trace. */
function expectAnswer(result: BinaryResult, code: number, ...says: (string | RegExp)[]): void {
  const output = `${result.stdout}${result.stderr}`;
  for (const text of says) expect(output).toEqual(expect.stringMatching(text instanceof RegExp ? text : quoted(text)));
  expect(output).not.toMatch(STACK);
  expect(output).not.toMatch(/unexpected error|\[object|undefined|NaN/);
  expect(result.code).toBe(code);
}

const quoted = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));

/** A mistake of the user's: nothing is printed on standard output, where a report would be. */
async function expectUsageError(
  args: readonly string[],
  says: readonly (string | RegExp)[],
  options?: BinaryOptions,
): Promise<void> {
  const result = await runBinary(args, options);
  expectAnswer(result, 2, ...says);
  expect(result.stdout).toBe("");
}

describe("the command line", () => {
  it("refuses an unknown flag and proposes the nearest", async () => {
    await expectUsageError(["--dry-rum"], ["error: unknown option '--dry-rum'", "Did you mean --dry-run?", "--help"]);
  });

  it.each([
    [["--tolerance", "1.5"], '--tolerance: "1.5" is not a whole number of base units'],
    [["--tolerance", "-1"], '--tolerance: "-1" is not a whole number of base units'],
    [["--max-lag", "many"], '--max-lag: "many" is not a whole number of ledgers'],
    [["--concurrency", "0"], '--concurrency: "0" is not a whole number of requests from 1 to 64'],
    [["--timeout", "1h"], '--timeout: "1h" is not a number of seconds'],
  ])("refuses the bad number of %j", async (args, message) => {
    await expectUsageError([...args, "--dry-run"], [message, "--help"]);
  });

  it("refuses half a configuration: a database without a chain is not the demo", async () => {
    await expectUsageError(
      ["--db", world.sqlite.url],
      ["chain.url: no chain is configured: give --chain, SOROBAN_RPC_URL", "contract.id: no contract is configured"],
    );
  });

  it("refuses an output file in a folder that does not exist, before anything is done", async () => {
    const output = `${world.folder}/no/such/report.json`;
    await expectUsageError(
      [...world.overRpc, "--dry-run", "--output", output],
      [`--output: the folder ${world.folder}/no/such does not exist; create it first`],
    );
    expect(world.server.requests).toEqual([]);
  });

  it("refuses a contract id with a wrong checksum", async () => {
    const mistyped = `${WORLD_CONTRACT.slice(0, -1)}${WORLD_CONTRACT.endsWith("A") ? "B" : "A"}`;
    await expectUsageError(
      [...world.overSnapshot, "--contract", mistyped],
      [`--contract: ${mistyped} has a wrong checksum`, "copy the id again"],
    );
  });

  it("refuses a configuration with a typo, naming file, key and the nearest known key", async () => {
    const config = await world.write("typo.json", { databse: { url: "x" }, policy: { tolerence: 1 } });
    await expectUsageError(
      ["--config", config, "--dry-run"],
      ['unknown key "databse": did you mean "database"?', 'policy: unknown key "tolerence"', config],
    );
  });
});

describe("the database", () => {
  const overPostgres = (url: string) => [
    ...["--db", url, "--contract", WORLD_CONTRACT],
    ...["--chain", `snapshot:${world.snapshot}`, "--dry-run"],
  ];

  it("that cannot be reached makes the run incomplete", async () => {
    const result = await runBinary(overPostgres("postgres://user:planted-secret@127.0.0.1:1/streams"));
    expectAnswer(result, 5, /INCOMPLETE/, "Nothing answers at 127.0.0.1:1", "Check host and port");
    expect(`${result.stdout}${result.stderr}`).not.toContain("planted-secret");
  });

  it("that cannot be reached is told as an error when it is asked for the run's table", async () => {
    const args = overPostgres("postgres://user:planted-secret@127.0.0.1:1/streams");
    const result = await runBinary(args.slice(0, -1));
    expectAnswer(result, 5, "error: Nothing answers at 127.0.0.1:1", "→ Check host and port");
    expect(result.stdout).toBe("");
  });

  it("that does not exist as a file is a mistake", async () => {
    await expectUsageError(
      ["--db", "sqlite:no-such.db", ...world.overSnapshot.slice(2), "--dry-run"],
      [/The SQLite file \/.*no-such\.db does not exist/],
    );
  });

  it("that refuses the password is a mistake", async () => {
    const role = await postgres.createRole("refused");
    await expectUsageError(overPostgres(withParts(role.url, { password: "planted-secret" })), [
      /password/i,
      role.name,
      /→ .+/,
    ]);
  });

  it("without the table names those that exist", async () => {
    const config = await world.write("table.json", { database: { table: "stream" } });
    await expectUsageError(
      [...overPostgres(postgres.url), "--config", config],
      ["There is no table or view stream", "streams", "Did you mean", "database.table"],
    );
  });

  it("without a column names it and the columns that exist", async () => {
    await expectUsageError(overPostgres(postgres.url), [
      "lacks a column: recipient_address",
      "Existing columns: id, on_chain_id, recipient, total_amount",
      "→ In the configuration file's database section, map the fields",
    ]);
  });

  it("without the table of run records is told how to make it, and nothing is checked", async () => {
    await expectUsageError(world.overRpc, ["reconciliation_runs", "reconcile-streams migrate", "--dry-run"]);
    expect(world.server.requests).toEqual([]);
  });
});

describe("the RPC endpoint", () => {
  it("that cannot be reached makes the run incomplete", async () => {
    const args = [...world.overRpc, "--chain", "http://127.0.0.1:1/key-planted-secret", "--dry-run"];
    const result = await runBinary(args);
    expectAnswer(result, 5, "INCOMPLETE", "rpc_unreachable", "http://127.0.0.1:1", "Check that the node is running");
    expect(`${result.stdout}${result.stderr}`).not.toContain("planted-secret");
  });

  it("that answers HTML makes the run incomplete", async () => {
    world.server.fault({ fault: { kind: "http", ...HTML }, times: Number.POSITIVE_INFINITY });
    try {
      const result = await runBinary([...world.overRpc, "--dry-run"]);
      expectAnswer(
        result,
        5,
        "INCOMPLETE",
        "not JSON: <!doctype html>",
        "A gateway or proxy",
        world.server.url.replace(/\/$/, ""),
      );
    } finally {
      world.server.clearFaults();
    }
  });

  it("of another network is refused, with both names", async () => {
    const config = await world.write("network.json", { contract: { network: "mainnet" } });
    await expectUsageError(
      [...world.overRpc, "--dry-run", "--config", config],
      ["The chain is not the configured network", "Public Global Stellar Network", "Test SDF Network", "→ "],
    );
  });
});

describe("the snapshot file", () => {
  const overFile = (path: string) => [...world.overSnapshot, "--chain", `snapshot:${path}`, "--dry-run"];

  it("that is missing is named", async () => {
    await expectUsageError(overFile(`${world.folder}/none.json`), ["no ledger snapshot", `${world.folder}/none.json`]);
  });

  it("that is truncated is told from one that is no JSON", async () => {
    const whole = await readFile(world.snapshot, "utf8");
    const cut = await world.write("cut.json", whole.slice(0, whole.length / 2));
    await expectUsageError(overFile(cut), ["cut off", cut, /→ .*again/]);
    await expectUsageError(overFile(await world.write("text.json", "ledger 5000, all well")), [
      "not JSON",
      "text.json",
    ]);
  });

  it("of another format is told what was expected", async () => {
    const other = await world.write("package.json", { name: "x", dependencies: {} });
    await expectUsageError(overFile(other), ["not a ledger snapshot", "ledger_entries", "stellar snapshot create"]);
  });

  it("of another network is refused", async () => {
    const config = await world.write("network.json", { contract: { network: "standalone" } });
    await expectUsageError([...overFile(world.snapshot), "--config", config], ["not the configured network"]);
  });
});

describe("--verbose", () => {
  it("adds the error's code and stack", async () => {
    const args = ["--db", "sqlite:no-such.db", ...world.overSnapshot.slice(2), "--dry-run", "--verbose"];
    const { code, stderr } = await runBinary(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(STACK);
    expect(stderr).toContain("code: ");
  });

  it("does so, too, when the error is a finding of the report", async () => {
    const { code, stdout, stderr } = await runBinary([
      ...["--db", "postgres://127.0.0.1:1/streams", ...world.overSnapshot.slice(2), "--dry-run", "--verbose"],
    ]);
    expect(code).toBe(5);
    expect(stderr).toMatch(STACK);
    expect(stderr).toContain("code: database_unreachable");
    expect(stdout).not.toMatch(STACK);
  });
});

it("is a working directory that has been removed", async () => {
  buildIfStale();
  const gone = 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"';
  const args = ["-c", gone, `${world.folder}-gone`, process.execPath, BINARY, "--dry-run"];
  const { status, stdout, stderr } = spawnSync("sh", args, { encoding: "utf8" });
  expectAnswer({ code: status, stdout, stderr } as BinaryResult, 2, "The working directory no longer exists.");
});

it("is text that would move the cursor of a terminal", async () => {
  const config = await world.write("hostile.json", { "\u001b[2J\u009b": 1 });
  const result = await runBinary([...world.overSnapshot, "--dry-run", "--config", config]);
  expectAnswer(result, 2, "\\x1b[2J\\x9b");
  for (const char of ["\u001b", "\u009b"]) expect(result.stderr).not.toContain(char);
});
