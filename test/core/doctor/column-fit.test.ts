import { columnRemarks, columnUses } from "../../../src/core/doctor/column-fit.js";
import type { ColumnDescription } from "../../../src/ports/database-probe.js";
import { fluxora } from "../../../src/presets/fluxora.js";
import { streampay } from "../../../src/presets/streampay.js";

const mapping = {
  ...{ streamId: "id", onChainId: "id", cursorColumn: null, amountDecimals: 0, statuses: {} },
  fields: { status: { column: "status" } },
};
const smallint = {
  ...{ name: "status", type: "smallint", kind: "integer", scale: null, isNullable: false, losesDigits: false },
  createIndex: "",
} as const satisfies ColumnDescription;

const remarksOf = (layout: typeof streampay | typeof fluxora) =>
  columnRemarks(columnUses(mapping, layout, null).at(-1)!, smallint, 0).map(({ found }) => found);

describe("a status column of numbers", () => {
  it("fits where the contract keeps the status as a number, too", () => {
    expect(remarksOf(fluxora)).toEqual([]);
    expect(remarksOf(streampay)).toEqual([expect.stringContaining("but a value of type status is expected")]);
  });
});
