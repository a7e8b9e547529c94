import { explainField, type FieldDifference } from "../../../src/core/inspection/explain-field.js";
import type { StreamEvent } from "../../../src/core/inspection/stream-event.js";
import type { StreamTransaction } from "../../../src/core/inspection/stream-transaction.js";

const amount = (difference: bigint, role: FieldDifference["role"] = "released"): FieldDifference => ({
  ...{ field: "released", type: "amount", role, rowValue: "100", onChainValue: String(100n + difference), difference },
});

const settled = (ledger: number, value: bigint): StreamEvent => ({
  ...{ id: String(ledger), ledger, closedAt: null, txHash: `tx${ledger}`, name: "settled" },
  amounts: [{ label: "", value }],
});

const changed = (ledger: number, field: string, before: string | null, after: string | null): StreamTransaction => ({
  ...{ hash: `tx${ledger}`, ledger, closedAt: null, invocation: null },
  change: { kind: "updated", fields: [{ field, before, after }] },
});

const status = (rowValue: string | null, onChainValue: string): FieldDifference => ({
  ...{ field: "state", type: "status", role: "status", rowValue, onChainValue, difference: null },
});

describe("explainField()", () => {
  it("takes payments for what a balance lacks, and a balance that is short for one counted twice", () => {
    const payment = [settled(5, 30n)];
    expect(explainField(amount(-30n, "balance"), payment, [])).toMatchObject({ kind: "missed", explained: -30n });
    expect(explainField(amount(30n, "balance"), payment, [])).toMatchObject({ kind: "counted-twice" });
    expect(explainField(amount(-50n, "balance"), payment, [])).toMatchObject({ kind: "partly", explained: -30n });
    expect(explainField(amount(-30n), payment, [])).toMatchObject({ kind: "counted-twice" });
  });

  it("believes the entry's own changes more than the amounts of events", () => {
    const found = explainField(amount(10n), [settled(5, 11n)], [changed(5, "released", "100", "110")]);
    expect(found).toMatchObject({ kind: "missed", explained: 10n, events: [], transactions: [{ ledger: 5 }] });
  });

  it("proves nothing by changes with a gap between them, or that never held the row's value", () => {
    const gap = [changed(4, "released", "100", "105"), changed(6, "released", "107", "110")];
    expect(explainField(amount(10n), [], gap)).toMatchObject({ kind: "unexplained", transactions: [] });
    const other = [changed(6, "released", "50", "110")];
    expect(explainField(amount(10n), [], other)).toMatchObject({ kind: "unexplained", transactions: [] });
    expect(explainField(amount(10n), [], [changed(6, "released", "100", "109")]).transactions).toEqual([]);
  });

  it("compares a status as the row means it", () => {
    const paused = [changed(6, "state", "Active", "Paused")];
    expect(explainField(status("ACTIVE", "Paused"), [], paused)).toMatchObject({ kind: "missed", explained: null });
    expect(explainField(status("DRAFT", "Paused"), [], paused)).toMatchObject({ kind: "unexplained", explained: null });
  });

  it("tells a value that was None from one that nobody could read", () => {
    const time = { ...status(null, "2000"), type: "timestamp" } as const;
    const one = changed(6, "state", null, "2000");
    expect(explainField(time, [], [one]).kind).toBe("unexplained");
    const fields = [...one.change!.fields, { field: "other", before: "1", after: "2" }];
    expect(explainField(time, [], [{ ...one, change: { kind: "updated", fields } }]).kind).toBe("missed");
  });
});
