import type { Discrepancy } from "../../src/core/report/report.js";
import { isAmount, stakes } from "../../src/report/stake.js";
import { discrepancy, emptyReport, I128_MAX, I128_MIN } from "../support/core-report.js";
import { contractId } from "../support/streampay-contract.js";

const [A, B] = [contractId(1), contractId(2)];
const of = (token: string | null, ...args: Parameters<typeof discrepancy>): Discrepancy => ({
  ...discrepancy(...args),
  token,
});

describe("amounts at stake", () => {
  it("count the largest difference of each stream once, by token and exactly", () => {
    const report = emptyReport({
      discrepancies: [
        of(A, "1", "released_amount", "0", "100"),
        of(A, "1", "total_amount", "300", "100"),
        of(A, "2", "released_amount", I128_MIN, I128_MAX),
        of(A, "3", "released_amount", "5", "6", "lag"),
        of(B, "4", "released_amount", "5", "4"),
        of(B, "5", "presence", "present", "missing"),
      ],
    });
    const [first, second] = stakes(report);
    const huge = 2n ** 128n - 1n;
    expect(first).toMatchObject({
      token: A,
      drift: huge + 200n,
      driftStreams: 2,
      lag: 1n,
      lagStreams: 1,
      shortfall: 0n,
    });
    expect(first!.fields).toEqual([
      { field: "released_amount", findings: 3, onChainMore: huge + 101n, databaseMore: 0n },
      { field: "total_amount", findings: 1, onChainMore: 0n, databaseMore: 200n },
    ]);
    expect(second).toMatchObject({ token: B, drift: 1n, driftStreams: 1 });
  });

  it("tell what the escrow lacks, of tokens that nothing else concerns, too", () => {
    const solvent = { streamId: B, invariant: "solvent", side: "on_chain" as const, message: "" };
    const report = emptyReport({
      violations: [
        { ...solvent, values: { token: B, shortfall: "7" } },
        { ...solvent, values: { shortfall: "much" } },
        { ...solvent, invariant: "released_within_total", values: { shortfall: "9" } },
      ],
    });
    expect(stakes(report)).toMatchObject([{ token: B, shortfall: 7n, drift: 0n, fields: [] }]);
  });

  it("are not added up where the report does not tell the token", () => {
    const report = emptyReport({
      discrepancies: [of(null, "1", "released_amount", "1", "2"), of(null, "2", "presence", "missing", "present")],
    });
    expect(stakes(report)).toMatchObject([{ token: null, drift: null, lag: null, fields: [{ findings: 1 }] }]);
  });

  it("leave out what is no number, and what is no amount of money", () => {
    const names = ["status", "start_time", "endTime", "last_update", "fee_bps", "rate_per_second", "id", "paused_at"];
    const discrepancies = names.map((field) => of(A, "1", field, "1", "2"));
    expect(
      stakes(emptyReport({ discrepancies: [...discrepancies.slice(1), of(A, "1", "total_amount", null, "5")] })),
    ).toEqual([]);
    expect(["released_amount", "withdrawnAmount", "balance", "deposited", "total"].filter(isAmount)).toHaveLength(5);
  });
});
