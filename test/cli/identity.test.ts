import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld } from "../support/cli-world.js";

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
  expect((await cli(["migrate", "--db", world.sqlite.url])).code).toBe(0);
});
afterEach(() => world.close());

const AUTH = { keys: { k1: "secret-of-k1" }, allowedServices: ["payments"], required: true };
const records = () => world.sqlite.rows("SELECT service, key_id FROM reconciliation_runs");

describe("with auth.required", () => {
  let args: string[];
  beforeEach(async () => {
    args = [...world.overRpc, "--config", await world.write("c.json", { auth: AUTH })];
  });

  it("a run that would leave a record says who asks, or is refused before anything is opened", async () => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/has to say who asks[\s\S]*--service and --key-id/);
    const unreachable = ["--db", "postgres://u:s3cretpw@127.0.0.1:1/x"];
    expect(await cli([...args, ...unreachable])).toMatchObject({ code: 2, stderr });
    expect(world.server.requests).toEqual([]);
    expect(records()).toEqual([]);
  });

  it("a run of a service that is allowed is recorded as its", async () => {
    expect((await cli([...args, "--service", "payments", "--key-id", "k1"])).code).toBe(0);
    expect(records()).toEqual([["payments", "k1"]]);
  });

  it("a run of another service, or with a key that is not there, is refused", async () => {
    const other = await cli([...args, "--service", "billing", "--key-id", "k1"]);
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining("billing may not ask") });
    expect((await cli([...args, "--service", "payments", "--key-id", "k2"])).code).toBe(2);
    expect(records()).toEqual([]);
  });

  it("a dry run needs nobody, and neither does the demo", async () => {
    expect((await cli([...args, "--dry-run"])).code).toBe(0);
    const config = await world.write("demo.json", { auth: AUTH });
    expect((await cli(["--config", config], { cwd: world.folder })).code).toBe(4);
  });
});

it("without auth.required, whoever says who it is is recorded, and nobody has to", async () => {
  const config = await world.write("c.json", { auth: { keys: AUTH.keys } });
  const args = [...world.overRpc, "--config", config];
  expect((await cli(args, { runId: "run-1" })).code).toBe(0);
  expect((await cli([...args, "--service", "billing", "--key-id", "k1"], { runId: "run-2" })).code).toBe(0);
  expect(records()).toEqual([
    [null, null],
    ["billing", "k1"],
  ]);
});
