import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli } from "../support/cli-io.js";
import { accountId, contractId } from "../support/streampay-contract.js";

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "reconcile-streams-mistakes-"));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

/** The mistakes that are told for a configuration file. */
async function mistakesOf(content: unknown): Promise<string[]> {
  await writeFile(join(cwd, "c.json"), JSON.stringify(content));
  const { code, stdout, stderr } = await cli(["--config", "c.json", "--dry-run"], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const lines = stderr.split("\n").filter((line) => line.startsWith("  ") && !line.startsWith("  →"));
  return lines.map((line) => line.trim());
}

const LAYOUT = {
  stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
  fields: { released: { type: "amount", role: "released" } },
};

it("refuses statuses that differ only in case, and mean different things", async () => {
  expect(await mistakesOf({ database: { statuses: { Done: "Settled", done: "Active", DRAFT: "Draft" } } })).toEqual([
    'database.statuses.done: "Done" and "done" differ only in case, which does not matter: write the status once',
  ]);
});

it("tells all mistakes of a file at once, each with its path and what to do", async () => {
  const mistakes = await mistakesOf({
    contract: { id: "GAAQ", network: "tesnet", layout: "streampai", nework: 1 },
    database: {
      url: "mysql://user:planted-secret@h/x",
      tabel: "t",
      where: "",
      cursor: { col: "x" },
      fields: { total_amount: { column: "x" }, status: { colum: "y" } },
      amountDecimals: 1.5,
      statuses: { a: 1 },
    },
    chain: { url: "ftp://user:planted-secret@x", concurrency: "many" },
    policy: { tolerance: 1e21, maxLagLedgers: -1 },
    runStore: { uri: "x" },
  });
  expect(mistakes).toMatchInlineSnapshot(`
[
  "contract.id: "GAAQ" is not a contract id: expected C and 55 more characters",
  "contract.network: "tesnet" is not a known network: did you mean "testnet"?; a private network is given by its passphrase",
  "contract.layout: "streampai" is not a known layout: did you mean "streampay"?",
  "contract: unknown key "nework": did you mean "network"?",
  "database.url: expected postgres://…, postgresql://… or sqlite:<path>, found mysql:…",
  "database.where: must not be empty",
  "database.cursor.column: expected a string",
  "database.cursor: unknown key "col": known: column, means, table, where",
  "database.fields.status.column: expected a string",
  "database.fields.status: unknown key "colum": did you mean "column"?",
  "database.amountDecimals: 1.5 is not a whole number of decimals from 0 to 38",
  "database.statuses.a: expected a string",
  "database: unknown key "tabel": did you mean "table"?",
  "chain.url: expected http(s)://… or snapshot:<path>, found ftp:…",
  "chain.concurrency: "many" is not a whole number of requests from 1 to 64",
  "policy.tolerance: 1e+21 is not a whole number of base units (0 or more; quote numbers above 2^53)",
  "policy.maxLagLedgers: -1 is not a whole number of ledgers from 0 to 4294967295",
  "runStore: unknown key "uri": did you mean "url"?",
]
`);
});

it("tells all mistakes of a layout with their paths", async () => {
  expect(
    await mistakesOf({
      contract: {
        layout: {
          stream: { storage: "persistant", key: ["Stream", { u65: "$id" }] },
          fields: {
            a: { type: "amout" },
            b: { type: "address", role: "total" },
            c: { type: "status", values: { Draft: "0" } },
          },
          invariants: ["window_vald"],
        },
      },
    }),
  ).toMatchInlineSnapshot(`
[
  "contract.layout.stream.storage: "persistant" is not known here: did you mean "persistent"?",
  "contract.layout.stream.key: a part of a key is a text (a symbol), a list (a vector), or an object with one of u32, u64, i128, symbol, string, address; numbers are "$id" or digits in quotes",
  "contract.layout.fields.a.type: "amout" is not known here: did you mean "amount"?",
  "contract.layout.fields.b.type: a field with the role total must be of type amount",
  "contract.layout.fields.c.values.Draft: the keys of values are numbers, true and false, or variants that carry a value, such as "Disputed(..)"",
  "contract.layout.invariants.0: "window_vald" is not known here: did you mean "window_valid"?",
]
`);
});

it("checks what a layout's parts say about each other", async () => {
  const fields = { a: { type: "amount", role: "total" }, b: { type: "amount", role: "total" } };
  const stream = { storage: "persistent", key: ["Stream", { u64: "7" }] };
  expect(await mistakesOf({ contract: { layout: { stream, fields } } })).toMatchInlineSnapshot(`
[
  "contract.layout.stream.key: the key must hold the stream's id: write "$id" where it belongs, as in ["Stream", {"u64": "$id"}]",
  "contract.layout.fields.b.role: the role total is already that of a",
]
`);
  expect(await mistakesOf({ contract: { layout: { ...LAYOUT, fields: {} } } })).toMatchInlineSnapshot(`
[
  "contract.layout.fields: at least one field is needed",
]
`);
});

it.each([
  [["Escrow", { string: "$id" }], "string"],
  [["Escrow", { symbol: "$id" }], "symbol"],
  [["Escrow", "$id"], "symbol"],
  ["$id", "symbol"],
  [["Escrow", ["in", { string: "escrow-$id" }], { u64: "$id" }], "string"],
  [["Escrow", { address: "$id" }], "address"],
])("refuses a key that holds ids in another way than as a number: %j", async (key, type) => {
  expect(await mistakesOf({ contract: { layout: { ...LAYOUT, stream: { storage: "instance", key } } } })).toEqual([
    `contract.layout.stream.key: "$id" cannot be a ${type}: ids are numbers, written as one of { "u32": "$id" }, { "u64": "$id" }, { "i128": "$id" }`,
  ]);
});

it("refuses an id in the key of the counter", async () => {
  const nextId = { storage: "instance", keys: [["Next"], ["Next", { u64: "$id" }]] };
  expect(await mistakesOf({ contract: { layout: { ...LAYOUT, nextId } } })).toEqual([
    'contract.layout.nextId.keys.1: all streams share one counter, so its key cannot contain "$id"',
  ]);
});

it("checks fields against the layout, and wants something to compare", async () => {
  expect(
    await mistakesOf({
      database: {
        fields: {
          totl_amount: { column: "x" },
          recipient: null,
          total_amount: null,
          released_amount: null,
          status: null,
        },
      },
    }),
  ).toMatchInlineSnapshot(`
[
  "database.url: no database is configured: give --db, DATABASE_URL, or database.url in the file",
  "chain.url: no chain is configured: give --chain, SOROBAN_RPC_URL, or chain.url in the file",
  "contract.id: no contract is configured: give --contract, STREAM_CONTRACT_ID, or contract.id in the file",
  "database.fields.totl_amount: layout "streampay" has no field "totl_amount": did you mean "total_amount"?",
  "database.fields: nothing to compare: map at least one field of layout "streampay", as in { "id": { "column": "id" } }; its fields: id, sender, recipient, token, total_amount, released_amount, status, start_time, end_time, duration, last_update, paused_at, total_paused_duration, fee_bps",
]
`);
  expect(await mistakesOf({ contract: { layout: LAYOUT } })).toContain(
    'database.fields: nothing to compare: map at least one field of layout "custom", as in { "released": { "column": "released" } }; its fields: released',
  );
});

it.each(["contract", "database", "chain", "policy", "runStore"])("refuses a %s that is no object", async (section) => {
  for (const value of ["text", 1, null, []]) {
    expect(await mistakesOf({ [section]: value })).toContainEqual(
      expect.stringMatching(new RegExp(`^${section}: expected an object with the keys `)),
    );
  }
});

it.each([
  ["contract.id", accountId(1), "is an address of another kind (account); a contract id starts with C"],
  ["contract.id", contractId(1).toLowerCase(), "is not a contract id"],
  ["contract.id", 7, "expected"],
  ["contract.network", "Test SDF Network ; September 2015 ", null],
  ["contract.network", "pubic", 'did you mean "public"?'],
  ["contract.layout", 7, "expected"],
  ["database.url", "", "expected postgres://…"],
  ["database.url", "postgres:", "expected postgres://…"],
  ["database.url", "sqlite:", "expected postgres://…"],
  ["database.cursor", "last_sync_ledger", "expected an object with the keys column"],
  ["database.cursor", null, null],
  ["database.fields", [], "expected"],
  ["database.amountDecimals", 39, "from 0 to 38"],
  ["database.amountDecimals", "7", null],
  ["chain.url", "https://", "expected http(s)://"],
  ["chain.url", "localhost:8000", "expected http(s)://… or snapshot:<path>, found localhost:…"],
  ["chain.concurrency", 65, "from 1 to 64"],
  ["policy.tolerance", "0x10", "is not a whole number of base units"],
  ["policy.tolerance", 0.5, "is not a whole number of base units"],
  ["policy.tolerance", "170141183460469231731687303715884105727", null],
  ["policy.maxLagLedgers", 4_294_967_296, "from 0 to 4294967295"],
  ["policy.maxLagLedgers", 4_294_967_295, null],
  ["runStore.url", "runs.db", "expected postgres://…"],
])("answers %s: %j with %s", async (path, value, message) => {
  const [section, key] = path.split(".") as [string, string];
  const told = (await mistakesOf({ [section]: { [key]: value }, unknown: 1 })).filter((line) =>
    line.startsWith(`${path}:`),
  );
  expect(told).toEqual(message === null ? [] : [expect.stringContaining(message)]);
});

it("tells the mistakes of the command line's own options at once", async () => {
  const args = [
    "--format",
    "jsn",
    "--limit",
    "-1",
    "--timeout",
    "0",
    "--stream",
    "",
    "--requested-by",
    "",
    "--output",
    ".",
  ];
  const { code, stderr } = await cli(args, { cwd });
  expect(code).toBe(2);
  expect(stderr.replaceAll(cwd, "<cwd>")).toMatchInlineSnapshot(`
"error: The command line has a mistake.
  --format: "jsn" is not a format: did you mean "json"?
  --output: <cwd> is a folder; name a file
  --limit: "-1" is not a whole number of rows from 0 to 999999999
  --timeout: "0" is not a number of seconds from 0.000001 to 2147483
  --stream: an id is empty
  --requested-by: is empty
  → See reconcile-streams --help.
"
`);
});
