import type { Report } from "../../src/core/report/report.js";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf } from "../support/cli-world.js";

let world: CliWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function runWith(args: readonly string[], config: object = {}): Promise<Report> {
  const path = await world.write("compared.json", config);
  return reportOf(await cli([...world.overRpc, "--dry-run", "--config", path, "--format", "json", ...args]));
}

const codes = ({ notices }: Report) => notices.map(({ code }) => code);

describe("what a report says it compared", () => {
  it("is everything that is mapped, by default, without a notice", async () => {
    const report = await runWith([]);
    expect(report.compared).toMatchObject({
      fields: ["recipient", "total_amount", "released_amount", "status"],
      takenOut: [],
      ...{ tolerance: "0", fieldTolerance: {}, maxLagLedgers: 120, solvency: true },
      narrowed: { streams: false, dbOnly: false, where: null, contractColumn: null, ignoreRules: 0 },
    });
    expect(report.database).toEqual({
      ...{ watermark: 990, toldBy: "rows", cursorMeans: "check", ledgersBehind: 10, secondsBehind: 50 },
    });
    expect(report.chain).toMatchObject({ source: "rpc", newestLedger: 1000, ageSeconds: 5 });
    expect(codes(report)).toEqual([]);
  });

  it.each<[string, string[], object, object, string[]]>([
    ["a tolerance", ["--tolerance", "7"], {}, { tolerance: "7" }, ["tolerance_allowed"]],
    [
      "a tolerance of one field",
      [],
      { policy: { fieldTolerance: { released_amount: "170141183460469231731687303715884105727" } } },
      { fieldTolerance: { released_amount: "170141183460469231731687303715884105727" } },
      ["tolerance_allowed"],
    ],
    ["more lag than usual", ["--max-lag", "121"], {}, { maxLagLedgers: 121 }, ["lag_allowed"]],
    ["less lag than usual", ["--max-lag", "119"], {}, { maxLagLedgers: 119 }, []],
    [
      "a field that is taken out",
      [],
      { database: { fields: { recipient: null } } },
      { fields: ["total_amount", "released_amount", "status"], takenOut: ["recipient"] },
      ["fields_not_compared"],
    ],
    [
      "rows that meet a condition",
      [],
      { database: { where: "TRUE" } },
      { narrowed: { where: "TRUE" } },
      ["rows_limited"],
    ],
    ["some streams", ["--stream", "stream_1"], {}, { solvency: false, narrowed: { streams: true } }, []],
    ["one direction", ["--db-only"], {}, { solvency: false, narrowed: { dbOnly: true } }, ["db_only"]],
    [
      "an accepted finding",
      [],
      { policy: { ignore: [{ stream: "stream_9", reason: "r", until: "2026-01-31" }] } },
      { narrowed: { ignoreRules: 1 } },
      [],
    ],
    [
      "fewer things to fail on",
      ["--fail-on", "violation"],
      {},
      { narrowed: { failOn: ["violation"] } },
      ["policy_fail_on"],
    ],
  ])("names %s", async (_what, args, config, compared, notices) => {
    const report = await runWith(args, config);
    expect(report.compared).toMatchObject(compared);
    expect(codes(report)).toEqual(notices);
  });

  it("is in the sealed record", async () => {
    expect((await cli(["migrate", "--db", world.sqlite.url])).code).toBe(0);
    const printed = await cli([...world.overRpc, "--tolerance", "7", "--format", "json"]);
    const [[kept]] = world.sqlite.rows("SELECT report FROM reconciliation_runs") as [[string]];
    const { compared, database, chain } = reportOf(printed);
    expect(JSON.parse(kept)).toMatchObject({ compared, database, chain });
    expect(compared).toMatchObject({ tolerance: "7" });
    world.sqlite.run(`UPDATE reconciliation_runs SET report = replace(report, '"tolerance":"7"', '"tolerance":"0"')`);
    world.sqlite.run(`UPDATE reconciliation_runs SET report = replace(report, '"tolerance": "7"', '"tolerance": "0"')`);
    expect((await cli(["runs", "verify", "--db", world.sqlite.url])).code).not.toBe(0);
  });
});
