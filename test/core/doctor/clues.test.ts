import { mappingClues } from "../../../src/core/doctor/clues.js";
import type { Discrepancy } from "../../../src/core/report/report.js";
import { streampay } from "../../../src/presets/streampay.js";

const mapping = {
  streamId: "id",
  onChainId: "on_chain_id",
  cursorColumn: null,
  fields: {
    total_amount: { column: "total" },
    status: { column: "state" },
    start_time: { column: "starts" },
  },
  amountDecimals: 2,
  statuses: {},
};

function differences(field: string, ...pairs: readonly [string | null, string | null][]): Discrepancy[] {
  const ledger = { dbSynced: 1, chainModified: 1, observed: 1 };
  return pairs.map(([dbValue, onChainValue], i) => ({
    ...{ streamId: `s${i}`, field, dbValue, onChainValue, classification: "drift" as const, ledger },
    ...{ reason: "missed" as const, token: null },
  }));
}

const advice = (found: Discrepancy[], streams = found.length) =>
  mappingClues(found, streams, mapping, streampay).map(({ action }) => action);

describe("differences in nearly every stream", () => {
  it("are clues from two on, and in three of four", () => {
    const two = differences("total_amount", ["1", "7"], ["2", "9"]);
    expect(advice(two.slice(1), 1)).toEqual([]);
    expect(advice(two, 3)).toEqual([]);
    expect(advice(two, 2)).toHaveLength(1);
    expect(advice(differences("total_amount", ["1", "7"], ["2", "9"], ["3", "8"]), 4)).toHaveLength(1);
  });

  it("a power of ten apart: other decimals, more of them or fewer", () => {
    expect(advice(differences("total_amount", ["12", "1200"], ["5", "500"], ["0", "0"], [null, "1"]))).toEqual([
      expect.stringContaining("database.amountDecimals: 4"),
    ]);
    expect(advice(differences("total_amount", ["1200", "12"], ["500", "5"]))).toEqual([
      expect.stringContaining("database.amountDecimals: 0"),
    ]);
    // Fewer than none cannot be configured, and differing powers are none.
    expect(advice(differences("total_amount", ["12000", "12"], ["5000", "5"]))).toEqual([
      expect.stringContaining("right column"),
    ]);
    expect(advice(differences("total_amount", ["12", "120"], ["5", "500"]))).toEqual([
      expect.stringContaining("right column"),
    ]);
    expect(advice(differences("total_amount", [null, "120"], ["0", "500"]))).toEqual([
      expect.stringContaining("right column"),
    ]);
  });

  it("other names of statuses, unless one stands for several", () => {
    expect(advice(differences("status", ["run", "Active"], ["done", "Settled"], ["run", "Active"]))).toEqual([
      'If they mean the same: database.statuses: { "run": "Active", "done": "Settled" }',
    ]);
    expect(advice(differences("status", ["run", "Active"], ["run", "Settled"]))).toEqual([
      expect.stringContaining("database.fields.status.column"),
    ]);
    expect(advice(differences("status", [null, "Active"], ["run", "Settled"]))).toHaveLength(1);
  });

  it("milliseconds, where every time is a thousandfold", () => {
    expect(advice(differences("start_time", ["1700000000123", "1700000000"], ["1700000001000", "1700000001"]))).toEqual(
      [expect.stringContaining("starts / 1000")],
    );
    expect(advice(differences("start_time", ["1700000000123", "1700000000"], [null, "1700000001"]))).toEqual([
      expect.stringContaining("right column"),
    ]);
  });
});
