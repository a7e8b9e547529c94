import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type CliOptions, cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";

let world: CliWorld;
let cwd: string;

// stream_2 is short of 2 base units: what tolerance is in force shows in the exit code.
beforeAll(async () => {
  world = await createWorld((rows) => {
    rows[1]!.released_amount = "'998'";
  });
});
afterAll(() => world.close());
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "reconcile-streams-config-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const json = (args: readonly string[], options: CliOptions = {}) =>
  cli([...args, "--dry-run", "--format", "json"], { cwd, ...options });

const sources = () => ({
  contract: { id: WORLD_CONTRACT },
  database: { url: world.sqlite.url },
  chain: { url: `snapshot:${world.snapshot}` },
});

const put = async (name: string, content: unknown) => {
  const path = join(cwd, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};

const yaml = (tolerance: number) =>
  `contract:\n  id: ${WORLD_CONTRACT}\ndatabase: { url: "${world.sqlite.url}" }\nchain:\n` +
  `  url: snapshot:${world.snapshot}\npolicy: { tolerance: ${tolerance} }\n`;

describe("precedence", () => {
  it.each([
    ["the default", null, null, null, 3],
    ["the file over the default", "2", null, null, 0],
    ["the environment over the file", "2", "1", null, 3],
    ["the environment over the file, the other way", "1", "2", null, 0],
    ["the flag over the environment", "2", "2", "0", 3],
    ["the flag over all, the other way", "0", "1", "2", 0],
  ])("is %s", async (_name, file, env, flag, code) => {
    const policy = file === null ? {} : { policy: { tolerance: file } };
    await put("reconcile-streams.config.json", { ...sources(), ...policy });
    const result = await json(flag === null ? [] : ["--tolerance", flag], {
      env: env === null ? {} : { RECONCILE_TOLERANCE: env },
    });
    expect(result.code).toBe(code);
  });

  it("takes each source from the environment", async () => {
    const env = {
      DATABASE_URL: world.sqlite.url,
      SOROBAN_RPC_URL: `snapshot:${world.snapshot}`,
      STREAM_CONTRACT_ID: WORLD_CONTRACT,
      RECONCILE_TOLERANCE: "2",
    };
    expect((await json([], { env })).code).toBe(0);
    const wrong = { ...env, DATABASE_URL: "sqlite:/none.db", SOROBAN_RPC_URL: "snapshot:/none" };
    expect((await json(world.overSnapshot, { env: wrong })).code).toBe(0);
    const mistaken = await json(["--tolerance", "0"], { env: { ...env, STREAM_CONTRACT_ID: "C" } });
    expect(mistaken).toMatchObject({ code: 2, stderr: expect.stringContaining("STREAM_CONTRACT_ID: ") });
  });

  it("lets a flag replace one key of a section and keeps its others", async () => {
    await put("reconcile-streams.config.json", {
      ...sources(),
      database: { url: "sqlite:/none.db", where: "id <> 'stream_2'" },
    });
    const result = await json(["--db", world.sqlite.url, "--db-only"]);
    expect(result.code).toBe(0);
    expect(reportOf(result).summary.streamsChecked).toBe(2);
  });
});

describe("the configuration file", () => {
  it.each([
    ["reconcile-streams.config.json", () => ({ ...sources(), policy: { tolerance: 2 } })],
    ["reconcile-streams.config.yaml", () => yaml(2)],
    ["reconcile-streams.config.yml", () => yaml(2)],
    ["package.json", () => ({ name: "backend", "reconcile-streams": { ...sources(), policy: { tolerance: "2" } } })],
  ])("is found as %s, here and from below", async (name, content) => {
    await put(name, content());
    await put("deep/below/other.txt", "");
    expect((await json([])).code).toBe(0);
    expect((await json([], { cwd: join(cwd, "deep/below") })).code).toBe(0);
  });

  it("nearer wins, and a package.json without the key is passed over", async () => {
    await put("reconcile-streams.config.json", { ...sources(), policy: { tolerance: 2 } });
    await put("backend/package.json", { name: "backend" });
    expect((await json([], { cwd: join(cwd, "backend") })).code).toBe(0);
    await put("backend/reconcile-streams.config.json", { ...sources(), policy: { tolerance: 1 } });
    expect((await json([], { cwd: join(cwd, "backend") })).code).toBe(3);
  });

  it("is the one named by --config, else by RECONCILE_CONFIG, relative to the working directory", async () => {
    await put("reconcile-streams.config.json", { ...sources(), policy: { tolerance: 0 } });
    await put("etc/two.json", { ...sources(), policy: { tolerance: 2 } });
    await put("etc/one.yaml", yaml(1));
    await put("etc/package.json", { "reconcile-streams": { ...sources(), policy: { tolerance: 2 } } });
    expect((await json(["--config", "etc/two.json"])).code).toBe(0);
    expect((await json(["--config", "etc/package.json"])).code).toBe(0);
    expect((await json([], { env: { RECONCILE_CONFIG: "etc/two.json" } })).code).toBe(0);
    expect((await json(["--config", "etc/one.yaml"], { env: { RECONCILE_CONFIG: "etc/two.json" } })).code).toBe(3);
  });

  it("gives its relative paths from its own folder; flags give theirs from the working directory", async () => {
    const from = (folder: string) => ({
      database: { url: `sqlite:${relative(folder, world.sqlite.path)}` },
      chain: { url: `snapshot:./${relative(folder, world.snapshot)}` },
    });
    const below = join(cwd, "etc");
    await put("etc/paths.json", { contract: { id: WORLD_CONTRACT }, policy: { tolerance: 2 }, ...from(below) });
    expect((await json(["--config", "etc/paths.json"])).code).toBe(0);
    const { database, chain } = from(cwd);
    const flags = ["--db", database.url, "--chain", chain.url, "--config", "etc/paths.json"];
    expect((await json(flags)).code).toBe(0);
    const env = { DATABASE_URL: database.url, SOROBAN_RPC_URL: chain.url };
    expect((await json(["--config", "etc/paths.json"], { env })).code).toBe(0);
  });

  it.each([
    ["missing", null, /cannot be read: ENOENT[\s\S]*--config or RECONCILE_CONFIG/],
    ["empty", "", /is empty[\s\S]*Write \{\}/],
    ["no JSON", "{ contract: }", /not valid JSON/],
  ])("that is %s is refused", async (_name, content, message) => {
    if (content !== null) await put("c.json", content);
    const result = await json(["--config", "c.json"]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(result.stderr).toContain(join(cwd, "c.json"));
  });

  it("that is no YAML, or found on the way up and broken, is refused rather than passed over", async () => {
    await put("reconcile-streams.config.yaml", "contract: [1");
    expect(await json([])).toMatchObject({ code: 2, stderr: expect.stringMatching(/not valid YAML/) });
    await put("reconcile-streams.config.json", "");
    expect(await json([])).toMatchObject({ code: 2, stderr: expect.stringMatching(/\.json is empty/) });
  });

  it.each([
    ["[]", /no key "reconcile-streams"/],
    ["null", /no key "reconcile-streams"/],
    ['{"name":"x"}', /no key "reconcile-streams"/],
    ['{"reconcile-streams":"x"}', /holds a string/],
  ])("named package.json that holds %s is refused", async (content, message) => {
    await put("package.json", content);
    const result = await json(["--config", "package.json"]);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });

  it.each([["[]"], ['"text"'], ["7"], ["null"]])("that holds %s is refused", async (content) => {
    await put("c.json", content);
    const result = await json(["--config", "c.json", ...world.overSnapshot]);
    expect(result.code).toBe(2);
    expect(result.stderr).not.toMatch(/unexpected/);
  });
});

describe("a configuration file is read whole or not at all:", () => {
  it.each([
    [
      "c.json",
      '{ "database": { "table": "a" },\n  "policy": {},\n  "database": {} }',
      'key "database" appears again at line 3, column 3',
    ],
    ["c.json", '{"policy":{"confirm":1,"con\\u0066irm":1}}', 'key "con\\u0066irm" appears again at line 1'],
    ["c.yaml", "policy:\n  confirm: 1\n  confirm: 2\n", "key confirm appears again at line 3, column 3"],
    ["c.yaml", 'contract: { layout: { fields: { s: { values: { 1: A, "1": B } } } } }', 'the key "1" appears again'],
    [
      "package.json",
      '{"reconcile-streams":{"policy":{}},\n"reconcile-streams":{}}',
      'key "reconcile-streams" appears again at line 2, column 1',
    ],
    [
      "package.json",
      '{"reconcile-streams":{"policy":{"confirm":1,"confirm":2}}}',
      'key "confirm" appears again at line 1, column 45',
    ],
  ])("%s with a key twice is refused: %s", async (name, content, message) => {
    const path = await put(name, content);
    const { code, stderr } = await json(["--config", name, ...world.overSnapshot]);
    expect(code).toBe(2);
    expect(stderr).toContain(`The configuration file ${path} repeats a key.`);
    expect(stderr).toContain(message);
    expect(stderr).toContain("Write each key once");
  });

  it("what is not ours in a package.json may stand twice", async () => {
    const [contract, rest] = [JSON.stringify(sources()), '"scripts": { "a": "1", "a": "2" }, "name": "x", "name": "y"'];
    await put("package.json", `{ ${rest}, "reconcile-streams": ${contract} }`);
    expect((await json(["--tolerance", "2"])).code).toBe(0);
  });

  it.each([
    ["c.json", '{ "policy": { "confirm": 1 ]', /not valid JSON[\s\S]* at line 1, column 28/],
    ["c.json", '{ "chain": { "url": "https://rpc.example.com/s3cret" } "policy": 1 }', /line 1, column 56/],
    ["c.yaml", "policy: *none\n", /not valid YAML[\s\S]*Unresolved alias/],
    ["c.yaml", "policy: { confirm: !many 1 }\n", /not valid YAML[\s\S]*Unresolved tag: !many at line 1/],
    ["c.yaml", "policy: {}\n---\npolicy: { confirm: 1 }\n", /A second document starts at line 2, column 1/],
    ["c.yaml", "# nothing yet\n", /is empty/],
  ])("%s that holds %j is refused", async (name, content, message) => {
    await put(name, content);
    const { code, stderr } = await json(["--config", name, ...world.overSnapshot]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(stderr).not.toContain("s3cret");
  });

  it.each([
    ["json", () => JSON.stringify({ ...sources(), policy: { tolerance: 2 } })],
    ["yaml", () => yaml(2)],
  ])("a byte order mark before %s is no part of it", async (kind, content) => {
    await put(`reconcile-streams.config.${kind}`, `\ufeff${content()}`);
    expect((await json([])).code).toBe(0);
  });

  const cannotBeRead = async (path: string, why: string, args: readonly string[] = []) => {
    const { code, stderr } = await json([...args, ...world.overSnapshot]);
    expect(code).toBe(2);
    expect(stderr).toContain(`The configuration file ${path} ${why}.`);
    expect(stderr).toContain("name another file with --config or RECONCILE_CONFIG");
  };

  it("an empty name is no name", async () => {
    const { code, stderr } = await json(["--config", "", ...world.overSnapshot]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("The path of the configuration file is empty.")]);
  });

  it("another encoding, a folder and a link to no file are refused, named or found", async () => {
    const path = join(cwd, "reconcile-streams.config.yml");
    const named = ["--config", "reconcile-streams.config.yml"];
    await symlink("moved.yml", path);
    await cannotBeRead(path, "is a broken link to moved.yml");
    await cannotBeRead(path, "is a broken link to moved.yml", named);
    await rm(path);
    await symlink("reconcile-streams.config.yml", path);
    await cannotBeRead(path, "is a link that leads back to itself");
    await rm(path);
    await mkdir(path);
    await cannotBeRead(path, "is a folder");
    await cannotBeRead(path, "is a folder", named);
    await rm(path, { recursive: true });
    execFileSync("mkfifo", [path]);
    await cannotBeRead(path, "is not a regular file");
    await rm(path);
    await writeFile(path, Buffer.from("\ufeffpolicy: {}", "utf16le"));
    await cannotBeRead(path, "is not UTF-8 text");
    await rm(path);
    await symlink("none.json", join(cwd, "package.json"));
    await cannotBeRead(join(cwd, "package.json"), "is a broken link to none.json");
  });

  it.each([
    ["", "is empty"],
    ["null", "is not a JSON object"],
    ["[]", "is not a JSON object"],
    [null, "is a folder"],
  ])("a package.json on the way up that is %j is skipped, which is said", async (content, why) => {
    await put("reconcile-streams.config.json", { ...sources(), policy: { tolerance: 2 } });
    const path = join(cwd, "backend", "package.json");
    if (content === null) await mkdir(path, { recursive: true });
    else await put("backend/package.json", content);
    const { code, stderr } = await json([], { cwd: join(cwd, "backend") });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(`${path} ${why}, so it was skipped`) });
  });
});

/** The configuration's spelling of "the environment's NAME". */
const reference = (name: string) => ["$", "{", name, "}"].join("");

describe("a reference to the environment", () => {
  it("is replaced by the environment's value, several in one text", async () => {
    await put("c.json", {
      contract: { id: reference("CONTRACT") },
      database: { url: `sqlite:${reference("FOLDER")}/${reference("FILE")}` },
      chain: { url: reference("CHAIN") },
      policy: { tolerance: reference("TOLERANCE") },
    });
    const [folder, file] = [join(world.sqlite.path, ".."), "streams.db"];
    const env = { CONTRACT: WORLD_CONTRACT, FOLDER: folder, FILE: file, TOLERANCE: "2" };
    expect((await json(["--config", "c.json"], { env: { ...env, CHAIN: `snapshot:${world.snapshot}` } })).code).toBe(0);
    const { code, stderr } = await json(["--config", "c.json"], { env: { ...env, TOLERANCE: "" } });
    expect(code).toBe(2);
    expect(stderr).toContain("chain.url: the environment variable CHAIN is not set or empty");
    expect(stderr).toContain("policy.tolerance: the environment variable TOLERANCE is not set or empty");
  });
});

describe("what is missing", () => {
  it.each(["DATABASE_URL", "SOROBAN_RPC_URL", "STREAM_CONTRACT_ID", "RECONCILE_CONFIG", "RECONCILE_TOLERANCE"])(
    "is not taken from an empty %s",
    async (name) => {
      const { code, stderr } = await json(world.overSnapshot, { env: { [name]: "" } });
      expect(code).toBe(2);
      expect(stderr).toContain(`${name}: is set but empty: set it, or unset it`);
    },
  );

  it.each([
    [["--db"], ["chain.url", "contract.id"]],
    [["--chain"], ["database.url", "contract.id"]],
    [["--contract"], ["database.url", "chain.url"]],
    [["--db", "--chain"], ["contract.id"]],
    [["--db", "--contract"], ["chain.url"]],
    [["--chain", "--contract"], ["database.url"]],
  ])("is told for %j alone, and the demo is never used instead", async (flags, missing) => {
    const args = flags.flatMap((flag) => [flag, world.overSnapshot[world.overSnapshot.indexOf(flag) + 1]!]);
    const { code, stdout, stderr } = await json(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const key of ["database.url", "chain.url", "contract.id"]) {
      expect([key, stderr.includes(`${key}: no `)]).toEqual([key, missing.includes(key)]);
    }
    expect(stderr).not.toContain("demo");
  });

  it.each([
    [{ database: { table: "x" } }],
    [{ contract: { network: "testnet" } }],
    [{ contract: {} }],
    [{ database: {} }],
    [{ chain: { url: "http://localhost" } }],
  ])("is told for a file with %j", async (content) => {
    await put("reconcile-streams.config.json", content);
    const { code, stderr } = await json([]);
    expect(code).toBe(2);
    expect(stderr).not.toContain("demo");
  });
});

describe("the demo", () => {
  it.each([[{}], [{ policy: { tolerance: 1 } }], [{ chain: { concurrency: 2 } }]])(
    "is used, and said first, when a file configures %j alone",
    async (content) => {
      await put("reconcile-streams.config.json", content);
      const { code, stderr, stdout } = await json([]);
      expect(code).toBe(4);
      expect(stderr).toMatch(/^Nothing is configured: this is the bundled demo, not your data\.\n/);
      expect(JSON.parse(stdout).summary).toMatchObject({ inSync: 2, drifted: 1, lagging: 1, missingOnChain: 1 });
    },
  );
});
