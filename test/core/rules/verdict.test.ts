import { judge, type Verdict } from "../../../src/core/rules/verdict.js";

/** S, M and L of docs/architecture.md#drift-or-lag, with 100 ledgers of lag allowed. */
const TABLE: readonly [what: string, S: number | null, M: number | null, L: number, verdict: Verdict][] = [
  ["S > L by one: the node is behind", 1001, 1000, 1000, "node-behind"],
  ["S > L, M long ago", 2000, 1, 1000, "node-behind"],
  ["S > L, no entry", 1001, null, 1000, "node-behind"],
  ["S = L: the node is not behind", 1000, 1000, 1000, "drift"],
  ["S = L, no entry", 1000, null, 1000, "drift"],
  ["M < S", 900, 899, 1000, "drift"],
  ["M = S: the row has seen the last change", 900, 900, 1000, "drift"],
  ["M > S by one, L - M = max lag", 899, 900, 1000, "lag"],
  ["M > S, L - M one beyond max lag", 898, 899, 1000, "drift"],
  ["M > S, M = L", 1, 1000, 1000, "lag"],
  ["M > S, long ago", 1, 2, 1000, "drift"],
  ["S = 0 is a ledger, not an unknown one", 0, 0, 1000, "drift"],
  ["S unknown, M = L", null, 1000, 1000, "lag"],
  ["S unknown, L - M = max lag", null, 900, 1000, "lag"],
  ["S unknown, L - M one beyond max lag", null, 899, 1000, "drift"],
  ["S known, no entry", 1, null, 1000, "drift"],
  ["S unknown, no entry", null, null, 1000, "drift"],
];

describe("the verdict on a stream that differs", () => {
  it.each(TABLE)("%s (S=%p M=%p L=%i): %s", (_what, synced, modified, observed, verdict) => {
    expect(judge({ synced, modified, observed }, 100)).toBe(verdict);
  });

  it("allows no lag at all when max lag is 0, but for the ledger of the read itself", () => {
    expect(judge({ synced: 5, modified: 10, observed: 10 }, 0)).toBe("lag");
    expect(judge({ synced: 5, modified: 9, observed: 10 }, 0)).toBe("drift");
  });
});
