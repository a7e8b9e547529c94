import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";

let world: CliWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** Runs at a time that is so many seconds after the newest ledger's close. */
async function runAfter(seconds: number, chain: "overRpc" | "overSnapshot", policy: object = {}) {
  const config = await world.write("age.json", { policy });
  const clock = new ManualClock((world.ledger.closeTime + seconds) * 1_000);
  const args = [...world[chain], "--dry-run", "--config", config, "--format", "json"];
  const result = await cli(args, { clock });
  const { errors, chain: seen } = reportOf(result);
  return { code: result.code, errors: errors.map(({ code, message }) => `${code}: ${message}`), seen };
}

describe("the age of the node's newest ledger", () => {
  it.each([
    [0, 0],
    [600, 0],
    [601, 5],
    // A node that is ahead of this machine's clock cannot be told from a fresh one by it, either.
    [-600, 0],
    [-601, 5],
  ])("is %d s: the run ends with %d", async (seconds, code) => {
    expect(await runAfter(seconds, "overRpc")).toMatchObject({ code, seen: { ageSeconds: seconds } });
  });

  it("is told with what is allowed when the node is stale", async () => {
    const { errors } = await runAfter(660, "overRpc");
    expect(errors).toEqual([
      expect.stringMatching(/^node_stale: .*1000, closed 660 s ago .*600 s are allowed \(policy\.maxNodeAge\)/),
    ]);
  });

  it("may be more where the policy says so, or not matter", async () => {
    expect((await runAfter(660, "overRpc", { maxNodeAge: "12m" })).code).toBe(0);
    expect((await runAfter(721, "overRpc", { maxNodeAge: "12m" })).code).toBe(5);
    expect((await runAfter(86_400, "overRpc", { maxNodeAge: "off" })).code).toBe(0);
  });

  it("does not matter for a file, which says its own time", async () => {
    await writeSnapshotFile(world.snapshot, world.ledger);
    const { code, seen } = await runAfter(86_400, "overSnapshot");
    expect([code, seen.source, seen.ageSeconds]).toEqual([0, "snapshot", 86_400]);
  });
});
