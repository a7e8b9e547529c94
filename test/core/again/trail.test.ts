import { evidenceOf, follow, type Reading, type Trail } from "../../../src/core/again/trail.js";
import type { ObservationSummary } from "../../../src/core/look/observation.js";
import type { SideState } from "../../../src/core/verdict/side-state.js";

const state = (value: number): SideState => [value];
const READING: Reading = {
  same: ([a], [b]) => a === b,
  meaning: "global",
  maxLagLedgers: 120,
  isShared: false,
};

interface Seen {
  readonly ledger: number;
  /** The row's state; null: there is no row. */
  readonly row?: number | null;
  readonly synced?: number | null;
  /** The entry's state; null: there is none. */
  readonly entry?: number | null;
  readonly modified?: number;
  readonly watermark?: number | null;
  readonly contradiction?: ObservationSummary["contradiction"];
}

/** What these looks at one stream show at the last of them. */
function after(looks: readonly Seen[], reading: Partial<Reading> = {}) {
  const how = { ...READING, ...reading };
  let trail: Trail | null = null;
  let last: ObservationSummary | null = null;
  let watermark: number | null = null;
  for (const look of looks) {
    const { ledger, row = 1, synced = null, entry = 2, modified = 900, contradiction = null } = look;
    watermark = look.watermark === undefined ? 890 : look.watermark;
    const seen: ObservationSummary = {
      ...{ streamId: "s", onChainId: 1n, synced, ledger, outcome: null, isNamed: true, contradiction },
      ...{ row: row === null ? null : state(row), entry: entry === null ? null : state(entry) },
      modified: entry === null ? null : modified,
    };
    trail = follow(trail, last, seen, watermark, how);
    last = seen;
  }
  return evidenceOf(trail!, last!, watermark, null, how);
}

describe("what the looks have shown", () => {
  it("is the last look's ledger, the stream's last change, and how far both cursors are", () => {
    expect(after([{ ledger: 1000, synced: 950, watermark: 960 }])).toMatchObject({
      ...{ observed: 1000, modified: 900, synced: 950, watermark: 960, watchedFor: 0, hasRow: true },
      ...{ isNodeBehind: false, isProven: false, isGaining: false, cameTrue: false },
    });
  });

  it("knows the earliest change since which the stream is as it is, whatever else its entry holds", () => {
    const looks = [
      { ledger: 1000, entry: 2, modified: 900 },
      { ledger: 1001, entry: 2, modified: 1001 },
    ];
    expect(after(looks).modified).toBe(900);
    expect(after([...looks, { ledger: 1002, entry: 3, modified: 1002 }]).modified).toBe(1002);
  });

  it("takes no state for an unbroken one that may have been another between two looks", () => {
    const looks = [
      { ledger: 1000, entry: 2, modified: 900 },
      { ledger: 1005, entry: 2, modified: 1002 },
    ];
    expect(after(looks).modified).toBe(1002);
    // Any stream's change moves the ledger of an entry that streams share.
    expect(after(looks, { isShared: true }).modified).toBe(900);
  });

  it("counts for how long the chain lacks the stream, anew when it was there meanwhile", () => {
    const [gone, there] = [(ledger: number) => ({ ledger, entry: null }), (ledger: number) => ({ ledger })];
    expect(after([gone(1000), gone(1007)])).toMatchObject({ modified: null, missingFor: 7 });
    expect(after([gone(1000), there(1003), gone(1007)])).toMatchObject({ missingFor: 0 });
  });

  it("counts for how long a row contradicts the stream; a row that changes is ahead anew", () => {
    const ahead = (ledger: number, row: number) => ({ ledger, row, contradiction: "ahead" as const });
    const never = (ledger: number, row: number) => ({ ledger, row, contradiction: "never" as const });
    expect(after([ahead(1000, 7), ahead(1009, 7)]).contradictsFor).toBe(9);
    expect(after([ahead(1000, 7), ahead(1009, 8)]).contradictsFor).toBe(0);
    expect(after([never(1000, 7), never(1009, 8)]).contradictsFor).toBe(9);
    expect(after([ahead(1000, 7), { ledger: 1004 }, ahead(1009, 7)]).contradictsFor).toBe(0);
  });

  it("sees that the entry has come to say what the row said before", () => {
    const looks = [
      { ledger: 1000, row: 5, entry: 4 },
      { ledger: 1001, row: 6, entry: 5, modified: 1001 },
    ];
    expect(after(looks)).toMatchObject({ cameTrue: true, follows: true });
    expect(after([looks[0]!, { ...looks[1]!, entry: 7 }])).toMatchObject({ cameTrue: false, follows: false });
  });

  it("sees a row that comes to say what the stream was before", () => {
    const looks = [
      { ledger: 1000, row: 1, entry: 2 },
      { ledger: 1001, row: 2, entry: 3, modified: 1001 },
    ];
    expect(after(looks).follows).toBe(true);
    expect(after([looks[0]!, { ...looks[1]!, row: 1 }]).follows).toBe(false);
  });

  describe("of the row at its cursor", () => {
    it("proves a row that was then what the stream was", () => {
      const looks = [
        { ledger: 1000, row: 1, entry: 1 },
        { ledger: 1003, row: 1, synced: 1000, entry: 2, modified: 1002 },
      ];
      expect(after(looks)).toMatchObject({ isProven: true, apart: { looks: 0 } });
    });

    it("counts the looks on end at which it was something else, and since when", () => {
      const looks = [1000, 1004, 1009].map((ledger) => ({ ledger, row: 1, synced: 950, entry: 2 }));
      expect(after(looks).apart).toEqual({ looks: 3, for: 9, hasMoved: false, blind: 0 });
      const right = { ledger: 1010, row: 2, synced: 1004, entry: 3, modified: 1008 };
      expect(after([...looks.slice(0, 2), right]).apart.looks).toBe(0);
    });

    it("says nothing where no look has shown what the stream was there", () => {
      expect(after([{ ledger: 1000, synced: 800 }]).apart.looks).toBe(0);
      expect(after([{ ledger: 1000, synced: 1005 }]).apart.looks).toBe(0);
    });

    it("goes by the watermark where the row has no cursor, if that speaks of single rows", () => {
      const looks = [{ ledger: 1000, row: 1, entry: 2, watermark: 950 }];
      expect(after(looks).apart.looks).toBe(1);
      expect(after(looks, { meaning: "unknown" }).apart.looks).toBe(0);
      expect(after(looks, { meaning: "check" }).apart.looks).toBe(0);
      for (const meaning of ["check", "unknown"] as const) {
        expect(after([{ ...looks[0]!, row: null }], { meaning }).apart.looks).toBe(1);
      }
    });

    it("knows that row or stream moved meanwhile", () => {
      const look = { row: 1, synced: 950, entry: 2 };
      const moved = [
        { ...look, ledger: 1000 },
        { ...look, ledger: 1001, row: 3 },
      ];
      expect(after(moved).apart.hasMoved).toBe(true);
    });

    it("asks of a missing row only whether the stream was there", () => {
      const look = { row: null, watermark: 1000, modified: 900 };
      const moving = [
        { ...look, ledger: 1001 },
        { ...look, ledger: 1002, entry: 3, modified: 1002 },
      ];
      expect(after(moving).apart.looks).toBe(2);
      expect(after([{ ...look, ledger: 1001, modified: 1001 }]).apart.looks).toBe(0);
    });
  });

  describe("of a cursor that the node has not reached", () => {
    it("is that the node is behind, until it reaches a cursor under which the row was the same", () => {
      const ahead = (ledger: number, row: number) => ({ ledger, row, synced: ledger + 2 });
      expect(after([ahead(1000, 1)])).toMatchObject({ isNodeBehind: true, synced: null });
      expect(after([ahead(1000, 1), ahead(1001, 1)])).toMatchObject({ isNodeBehind: true });
      expect(after([ahead(1000, 1), ahead(1001, 1), ahead(1002, 1)])).toMatchObject({
        isNodeBehind: false,
        synced: 1002,
      });
      expect(after([ahead(1000, 1), ahead(1001, 1), ahead(1002, 3)])).toMatchObject({ isNodeBehind: true });
    });

    it("is so of one cursor for all rows, and not of the greatest of many", () => {
      expect(after([{ ledger: 1000, watermark: 1001 }])).toMatchObject({ isNodeBehind: true });
      expect(after([{ ledger: 1000, watermark: 1001 }], { meaning: "event" })).toMatchObject({ isNodeBehind: false });
    });
  });

  it("is a row younger than the watermark, where the stream was only so after it", () => {
    const looks = [
      { ledger: 1000, row: 1, entry: 2, modified: 950 },
      { ledger: 1001, row: 2, entry: 3, modified: 1001 },
    ];
    expect(after(looks).isYounger).toBe(true);
    expect(after(looks.map((look) => ({ ...look, watermark: 950 }))).isYounger).toBe(false);
  });

  it("is a database that gains on the chain, or does not", () => {
    const at = (ledger: number, watermark: number) => ({ ledger, watermark });
    expect(after([at(1000, 900), at(1001, 905)]).isGaining).toBe(true);
    expect(after([at(1000, 900), at(1001, 901)]).isGaining).toBe(false);
    expect(after([at(1000, 900), at(1001, 900)]).isGaining).toBe(false);
  });

  it("is a change after the watermark; of a shared entry only where the looks saw it", () => {
    const [before, later] = [
      { ledger: 1000, entry: 2 },
      { ledger: 1002, entry: 3, modified: 1002 },
    ];
    expect(after([before, later]).changedAfterWatermark).toBe(true);
    const shared = { isShared: true };
    expect(after([before], shared).changedAfterWatermark).toBe(false);
    expect(after([before, { ...later, watermark: 999 }], shared).changedAfterWatermark).toBe(true);
  });
});
