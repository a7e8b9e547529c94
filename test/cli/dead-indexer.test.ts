import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { accountId, putStream, streamStruct } from "../support/streampay-contract.js";

const NOW = 100_000;
const A_DAY = 17_280;

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
  world.ledger.sequence = NOW;
  touchStreams();
});
afterEach(() => world.close());

/** Each stream has changed within the last minutes. */
function touchStreams(): void {
  for (const id of [1n, 2n, 3n]) {
    const stream = streamStruct({ id, sender: accountId(Number(id) + 100), released_amount: 1_500n });
    putStream(world.ledger, WORLD_CONTRACT, stream, { lastModified: NOW - 20 * Number(id) });
  }
}

async function runWith(database: object) {
  const config = await world.write("dead.json", { database });
  const clock = new ManualClock((world.ledger.closeTime + 1) * 1_000);
  clock.onSleep = (ms) => {
    world.ledger.sequence += Math.round(ms / 1_000);
    world.ledger.closeTime += Math.round(ms / 1_000);
  };
  const result = await cli([...world.overRpc, "--dry-run", "--config", config, "--format", "json"], { clock });
  const { errors, discrepancies, notices } = reportOf(result);
  return {
    code: result.code,
    found: [...errors.map(({ code }) => code), ...discrepancies.map((d) => `${d.classification} ${d.reason}`)],
    notices: notices.map(({ code }) => code),
  };
}

describe("an indexer that died a day ago, of a contract whose streams never rest", () => {
  beforeEach(() => world.sqlite.run(`UPDATE streams SET last_sync_ledger = ${NOW - A_DAY}`));

  it.each(["event", "check"])(
    "is not excused where no event tells of the changes (cursors of the %s)",
    async (means) => {
      const { code, found, notices } = await runWith({ cursor: { column: "last_sync_ledger", means } });
      expect([code, new Set(found)]).toEqual([5, new Set(["lag_unproven"])]);
      expect(notices).toContain("database_behind");
    },
  );

  it("is not excused by one cursor for all rows", async () => {
    world.sqlite.run(`CREATE TABLE state (ledger INTEGER); INSERT INTO state VALUES (${NOW - A_DAY})`);
    const { code, found } = await runWith({ cursor: { table: "state", column: "ledger" } });
    expect([code, new Set(found)]).toEqual([5, new Set(["lag_unproven"])]);
  });
});

it("lag of the last minutes is still lag where no event tells of the changes", async () => {
  world.sqlite.run(`CREATE TABLE state (ledger INTEGER); INSERT INTO state VALUES (${NOW - 100})`);
  const { code, found } = await runWith({ cursor: { table: "state", column: "ledger" } });
  expect([code, new Set(found)]).toEqual([0, new Set(["lag behind"])]);
});
