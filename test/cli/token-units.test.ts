import { xdr } from "@stellar/stellar-base";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { type CliWorld, createWorld, putEscrow, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { asksFor } from "../support/rpc-faults.js";
import { contractId, streamStruct } from "../support/streampay-contract.js";
import { ledgerKeyOf } from "../support/test-ledger.js";
import { tokenInstance } from "../support/token-contract.js";

const TOKEN = streamStruct().token;
const INSTANCE = { contract: TOKEN, key: xdr.ScVal.scvLedgerKeyContractInstance(), durability: "persistent" as const };
const instanceKey = ledgerKeyOf(INSTANCE).toXDR("base64");

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
  world.ledger.set({ ...INSTANCE, val: tokenInstance(7, "USDC") });
});
afterEach(() => world.close());

const drift = () => world.sqlite.run("UPDATE streams SET released_amount = '25000000' WHERE on_chain_id = 1");
const ARGS = ["--dry-run", "--confirm", "0", "--db-only"];
const asks = () => world.server.requests.filter(({ keys }) => keys.includes(instanceKey)).length;

describe("amounts in a token's units", () => {
  it("stand beside the base units, as the token says", async () => {
    drift();
    const { stdout } = await cli([...world.overRpc, ...ARGS]);
    expect(stdout).toMatch(
      /stream_1 {2}released_amount +25,000,000 \(2\.5 USDC\) +\S+ \([\d.]+ USDC\) +-\S+ \(-[\d.]+ USDC\) {2}drift/,
    );
    expect(stdout).toMatch(/\n {2}USDC C\w{5}…\w{6} has 7 decimals \(read from chain: what its issuer wrote\)\n/);
  });

  it("are told to programs as a list of tokens", async () => {
    drift();
    world.sqlite.run("UPDATE streams SET status = 'paused' WHERE on_chain_id = 2");
    const report = reportOf(await cli([...world.overRpc, ...ARGS, "--format", "json"]));
    expect(report.tokens).toEqual([{ token: TOKEN, symbol: "USDC", decimals: 7, source: "chain" }]);
    expect(report.discrepancies.map(({ field, token }) => [field, token])).toEqual([
      ["released_amount", TOKEN],
      ["status", null],
    ]);
    expect(schemaFaults(report)).toEqual([]);
  });

  it("are in the last line of ndjson", async () => {
    drift();
    const { stdout } = await cli([...world.overRpc, ...ARGS, "--format", "ndjson"]);
    expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toMatchObject({
      kind: "summary",
      tokens: [{ symbol: "USDC" }],
    });
  });

  it("are read when a discrepancy names the token, once, and else never", async () => {
    await cli([...world.overRpc, ...ARGS]);
    expect(asks()).toBe(0);
    drift();
    world.sqlite.run("UPDATE streams SET released_amount = '7' WHERE on_chain_id = 2");
    await cli([...world.overRpc, ...ARGS]);
    expect(asks()).toBe(1);
  });

  it("are what the configuration says, which nobody then asks the token for", async () => {
    drift();
    const contract = {
      id: WORLD_CONTRACT,
      tokens: { [TOKEN]: { decimals: 6, symbol: "EURC" }, [contractId(50)]: { decimals: 2 } },
    };
    const config = await world.write("config.json", { contract });
    const report = reportOf(await cli([...world.overRpc, ...ARGS, "--config", config, "--format", "json"]));
    expect(report.tokens).toEqual([{ token: TOKEN, symbol: "EURC", decimals: 6, source: "configuration" }]);
    expect(asks()).toBe(0);
  });

  it("are left out, and nothing else is, when the token cannot be read", async () => {
    drift();
    const whole = await cli([...world.overRpc, ...ARGS, "--format", "json"]);
    world.server.fault({ when: asksFor(instanceKey), fault: { kind: "http", status: 500 }, times: 99 });
    const failing = await cli([...world.overRpc, ...ARGS, "--format", "json"]);
    expect(failing.code).toBe(whole.code);
    const { discrepancies, violations } = reportOf(whole);
    expect(reportOf(failing)).toMatchObject({ tokens: [], errors: [], discrepancies, violations });
    expect(asks()).toBeGreaterThan(2);
  });

  it("are told of what an escrow lacks", async () => {
    putEscrow(world.ledger, WORLD_CONTRACT, 4n, 0n);
    const { stdout, code } = await cli([...world.overRpc, "--dry-run", "--confirm", "0"]);
    expect(code).toBe(4);
    expect(stdout.replace(/\s+/g, " ")).toMatch(/are missing \(at least: .* not counted\) \([\d,.]+ USDC\)/);
  });

  it.each([
    [{ NOPE: { decimals: 7 } }, /contract\.tokens\.NOPE: "NOPE" is not a contract id/],
    [{ [TOKEN]: {} }, /contract\.tokens\.C\w+\.decimals/],
    [{ [TOKEN]: { decimals: 39 } }, /39 is not a whole number of decimals from 0 to 38/],
    [{ [TOKEN]: { decimals: 7, symbol: "US DC" } }, /expected a short word, at most 12 characters/],
    [{ [TOKEN]: { decimal: 7 } }, /unknown key "decimal": did you mean "decimals"\?/],
  ])("are refused when they are configured as %j", async (tokens, message) => {
    const config = await world.write("config.json", { contract: { id: WORLD_CONTRACT, tokens } });
    const { code, stderr } = await cli([...world.overRpc, ...ARGS, "--config", config]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
