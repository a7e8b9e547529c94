import { rowState, sameStateOf } from "../../../src/core/verdict/side-state.js";
import { readDbRow } from "../../support/core-chain-record.js";
import { dbRow, fullPlan } from "../../support/core-rows.js";
import { streamStruct } from "../../support/streampay-contract.js";

const tolerances = (tolerance: bigint, released?: bigint) => ({
  tolerance,
  fieldTolerance: new Map(released === undefined ? [] : [["released_amount", released]]),
});
const stateOf = (fields: Record<string, string | null>, allowed: ReturnType<typeof tolerances>) =>
  rowState(readDbRow(dbRow(streamStruct(), { fields })), fullPlan, allowed);

function same(a: Record<string, string | null>, b: Record<string, string | null>, allowed = tolerances(0n)): boolean {
  return sameStateOf(fullPlan, allowed)(stateOf(a, allowed), stateOf(b, allowed));
}

describe("the state of one side", () => {
  it("is the same where every field is", () => {
    expect(same({}, {})).toBe(true);
    expect(same({ status: "paused" }, {})).toBe(false);
    expect(same({ released_amount: "999" }, { released_amount: "1000" })).toBe(false);
    expect(same({ released_amount: null }, { released_amount: "1000" })).toBe(false);
  });

  it("is the same where amounts are off by no more than is allowed, in either direction", () => {
    for (const [a, b] of [
      ["995", "1000"],
      ["1000", "995"],
    ] as const) {
      expect(same({ released_amount: a }, { released_amount: b }, tolerances(5n))).toBe(true);
      expect(same({ released_amount: a }, { released_amount: b }, tolerances(4n))).toBe(false);
      expect(same({ released_amount: a }, { released_amount: b }, tolerances(0n, 5n))).toBe(true);
      expect(same({ total_amount: a }, { total_amount: b }, tolerances(0n, 5n))).toBe(false);
    }
    expect(same({ released_amount: null }, { released_amount: "0" }, tolerances(5n))).toBe(false);
    expect(same({ last_update: "1499" }, { last_update: "1500" }, tolerances(5n))).toBe(false);
  });

  it("is one number where nothing may be off", () => {
    expect(stateOf({}, tolerances(0n))).toHaveLength(1);
    expect(stateOf({}, tolerances(0n, 5n))).toHaveLength(2);
  });
});
