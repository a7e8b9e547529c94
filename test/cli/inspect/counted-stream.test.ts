import { xdr } from "@stellar/stellar-base";
import { createInspectWorld, expectFit, HEAD, type InspectWorld } from "../../support/cli-inspect.js";
import { cli } from "../../support/cli-io.js";
import { putEscrow, reportOf, WORLD_CONTRACT } from "../../support/cli-world.js";
import { putStream, streamKey, streamStruct, u64 } from "../../support/streampay-contract.js";
import { eventOf, happen } from "../../support/streampay-history.js";
import { ledgerKeyOf } from "../../support/test-ledger.js";

let world: InspectWorld;
beforeEach(async () => {
  world = await createInspectWorld();
});
afterEach(() => world.close());

async function inspect(id: string, ...further: string[]) {
  const { code, stdout } = await cli(["inspect", id, ...world.overRpc, ...further], { clock: world.clock });
  expectFit(stdout);
  return { code, stdout, prose: stdout.replace(/\s+/g, " ") };
}

/** What a run of all streams says of one. */
async function inRun(id: string) {
  const run = reportOf(await cli(["--dry-run", "--format", "json", ...world.overRpc], { clock: world.clock }));
  return run.violations.filter(({ streamId }) => streamId === id).map(({ message }) => message);
}

const count = (nextId: bigint) => putEscrow(world.ledger, WORLD_CONTRACT, nextId, 10n ** 12n);

describe("a stream beside the contract's counter", () => {
  it("is gone although the contract has given its id away: what took it is shown", async () => {
    count(5n);
    const gone = streamStruct({ id: 4n });
    const events = [eventOf(WORLD_CONTRACT, "closed", [u64(4n)])];
    happen(world.ledger, WORLD_CONTRACT, { ledger: HEAD - 100, call: "purge", before: gone, after: null, events });
    const { code, stdout, prose } = await inspect("on-chain:4");
    expect(code).toBe(4);
    expect(prose).toContain(
      "the contract has a stream 4, although the contract has given that id away: it was deleted, or lost.",
    );
    expect(prose).toContain(`the transaction in ledger ${HEAD - 100} (purge) removed the stream from the contract. `);
    expect(stdout).toContain("→ docs/runbook.md, Holes, and streams beyond the counter");
    const [message] = await inRun("on-chain:4");
    expect(prose).toContain(`ids_complete ${message}`);
  });

  it("is missing on chain, and its row is there", async () => {
    count(4n);
    world.ledger.delete({ contract: WORLD_CONTRACT, key: streamKey(3n) });
    const { code, prose } = await inspect("stream_3");
    expect(code).toBe(4);
    const [message] = await inRun("stream_3");
    expect(prose).toContain(`ids_complete ${message}`);
  });

  it("was deleted by a contract that may do so, which is no violation", async () => {
    count(5n);
    const path = await world.write("deleting.json", {
      contract: { layout: { extends: "streampay", invariants: [] } },
    });
    const { code, prose } = await inspect("on-chain:4", "--config", path);
    expect(code).toBe(5);
    expect(prose).toContain("although the contract has given that id away");
    expect(prose).toContain("What changed it on chain");
  });

  it("is there before the contract has counted it", async () => {
    count(3n);
    const { code, prose } = await inspect("stream_3");
    expect(code).toBe(4);
    const [message] = await inRun("stream_3");
    expect(prose).toContain(`id_below_count ${message}`);
    expect((await inspect("stream_2")).code).toBe(0);
  });

  it("is what it is without a counter, or with none that can be read", async () => {
    expect((await inspect("on-chain:4")).prose).toContain("Neither the database nor the contract has a stream 4. ");
    count(5n);
    const instance = { contract: WORLD_CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() };
    const key = ledgerKeyOf({ ...instance, durability: "persistent" }).toXDR("base64");
    world.server.fault({
      fault: { kind: "rpc-error", code: -32600, message: "no" },
      times: Number.POSITIVE_INFINITY,
      when: ({ keys }) => keys.includes(key),
    });
    putStream(world.ledger, WORLD_CONTRACT, streamStruct({ id: 9n }));
    const { code, prose } = await inspect("stream_2");
    expect(code).toBe(5);
    expect(prose).toContain("(rpc_error)");
  });
});
