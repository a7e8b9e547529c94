import { sampleRows } from "../../../src/core/doctor/row-sample.js";
import { planRows } from "../../../src/core/rules/mapping.js";
import type { StreamRow } from "../../../src/ports/db-client.js";
import { streampay } from "../../../src/presets/streampay.js";

const plan = planRows(
  {
    ...{ streamId: "id", onChainId: "chain_id", cursorColumn: "ledger", amountDecimals: 0, statuses: {} },
    fields: { total_amount: { column: "total" } },
  },
  streampay,
);

async function* paged(rows: Iterable<StreamRow>, size = 1000): AsyncGenerator<readonly StreamRow[]> {
  let page: StreamRow[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length === size) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

function* manyRows(count: number): Generator<StreamRow> {
  for (let i = 0; i < count; i++) yield [`s${i}`, BigInt(i), BigInt(i % 50), "5"];
}

describe("a sample of rows", () => {
  it("keeps every row of a small table", async () => {
    const sampled = await sampleRows(paged(manyRows(700)), plan, 10_000n);
    expect(sampled).toMatchObject({ rows: 700, isWhole: true, unreadable: 0, withoutId: 0, newestCursor: 49 });
    expect(sampled.sample).toEqual([...manyRows(700)]);
  });

  it("keeps the first of a large one, and others at even distances, none twice", async () => {
    const { sample, rows, isWhole } = await sampleRows(paged(manyRows(20_000)), plan, 100_000n);
    expect({ rows, isWhole }).toEqual({ rows: 20_000, isWhole: true });
    const ids = sample.map((row) => Number(row[1]));
    expect(ids.slice(0, 100)).toEqual([...Array(100).keys()]);
    const gaps = new Set(ids.slice(101).map((id, i) => id - ids[100 + i]!));
    expect(gaps.size).toBe(1);
    expect(ids.at(-1)).toBeGreaterThan(19_900);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeLessThanOrEqual(700);
  });

  it("ends after a hundred thousand", async () => {
    const { rows, isWhole } = await sampleRows(paged(manyRows(100_001)), plan, 1_000_000n);
    expect({ rows, isWhole }).toEqual({ rows: 100_000, isWhole: false });
    expect((await sampleRows(paged(manyRows(100_000)), plan, 1_000_000n)).isWhole).toBe(true);
  });

  it("counts what cannot be read, with the first as examples", async () => {
    const rows: StreamRow[] = [
      ["a", 1n, null, "x"],
      ["b", -1n, null, "1"],
      ["c", 101n, null, "1"],
      ["d", 2n, "soon", "1"],
      ["e", null, null, "1"],
    ];
    const sampled = await sampleRows(paged(rows), plan, 100n);
    expect(sampled).toMatchObject({ rows: 5, unreadable: 4, withoutId: 1, newestCursor: null });
    expect(sampled.examples).toEqual([
      expect.stringMatching(/^a: column total: /),
      "b: column chain_id: -1 is not an id that the contract can have (0 to 100)",
      "c: column chain_id: 101 is not an id that the contract can have (0 to 100)",
    ]);
  });

  it("does not take a bug for a row that cannot be read", async () => {
    const broken = paged([undefined as unknown as StreamRow]);
    await expect(sampleRows(broken, plan, 100n)).rejects.toThrow(TypeError);
  });
});
