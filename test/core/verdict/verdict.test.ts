import { type Doubt, type Evidence, type Verdict, verdictOn } from "../../../src/core/verdict/verdict.js";

/** The numbers of docs/architecture.md#drift-or-lag, small enough to reckon with: L is 1000, a hundred ledgers may be late, twelve are the grace. */
const L = 1000;
const LIMITS = { maxLag: 100, grace: 12, isStatic: false };
const FILE = { ...LIMITS, isStatic: true };

const NEVER = { looks: 0, for: 0, hasMoved: false, blind: 0 };
const event = (ledger: number, isExact = true) => ({ ledger, isEvent: true, isExact });
const change = (ledger: number, isExact = true) => ({ ledger, isEvent: false, isExact });

/** One look at a stream that changed 50 ledgers ago, at which a cursor of all rows has not arrived. */
const evidence = (more: Partial<Evidence>): Evidence => ({
  observed: L,
  modified: 950,
  synced: null,
  hasRow: true,
  watchedFor: 50,
  watermark: 940,
  meaning: "global",
  isNodeBehind: false,
  missingFor: 0,
  contradiction: null,
  contradictsFor: 0,
  cameTrue: false,
  apart: NEVER,
  changedAfterWatermark: true,
  follows: false,
  isProven: false,
  isYounger: false,
  isGaining: false,
  firstChange: change(950),
  ...more,
});

/** `drift missed`, `lag behind` or `unproven young`; with three dots where more looks may change it. */
function said(verdict: Verdict): string {
  const why = verdict.kind === "unproven" ? verdict.doubt : verdict.reason;
  return `${verdict.kind} ${why}${verdict.isSettled ? "" : " ..."}`;
}

const OF_EVENTS = { meaning: "event" } as const;
const OF_CHECKS = { meaning: "check" } as const;
const UNKNOWN = { meaning: "unknown" } as const;

/** A row whose turn comes later than others'. */
const CHECKED = { watermark: 990, meaning: "check" } as const;

type Case = readonly [what: string, seen: Partial<Evidence>, verdict: string, limits?: typeof LIMITS];

/** A stream that has been watched for 60 ledgers, and has changed again since the watermark. */
const PASSED: Partial<Evidence> = {
  watchedFor: 60,
  modified: 955,
  firstChange: { ledger: 953, isEvent: false, isExact: true },
};
const apart = (looks: number, since: number, hasMoved = false, blind = 0) => ({
  ...{ looks, hasMoved, blind },
  for: since,
});

const RULES: Readonly<Record<string, readonly Case[]>> = {
  "2: the node is behind the database": [
    ["is no verdict yet", { isNodeBehind: true }, "unproven node_behind ..."],
    [
      "comes before a stream that is not there",
      { isNodeBehind: true, modified: null, missingFor: 99 },
      "unproven node_behind ...",
    ],
    [
      "comes before a contradiction",
      { isNodeBehind: true, contradiction: "never", contradictsFor: 99 },
      "unproven node_behind ...",
    ],
    ["comes before age", { isNodeBehind: true, modified: 1 }, "unproven node_behind ..."],
  ],
  "3: the chain has no entry": [
    ["at the first look", { modified: null }, "unproven young ..."],
    ["for less than the grace", { modified: null, missingFor: 11 }, "unproven young ..."],
    ["for the grace", { modified: null, missingFor: 12 }, "drift missing"],
    ["in a file", { modified: null }, "drift missing", FILE],
    ["without any cursor", { modified: null, missingFor: 12, watermark: null }, "drift missing"],
  ],
  "4: the row cannot be any past state": [
    ["at the first look", { contradiction: "ahead" }, "unproven young ..."],
    ["for less than the grace", { contradiction: "ahead", contradictsFor: 11 }, "unproven young ..."],
    ["for the grace", { contradiction: "ahead", contradictsFor: 12 }, "drift contradiction"],
    ["in a file", { contradiction: "ahead" }, "drift contradiction", FILE],
    ["just now, and was never right", { contradiction: "ahead", apart: apart(3, 12), watchedFor: 12 }, "drift missed"],
    [
      "just now, and has been seen to follow the stream",
      { contradiction: "ahead", apart: apart(3, 12), watchedFor: 12, follows: true },
      "unproven trailing_row ...",
    ],
    ["ahead, though it claims to have seen the change", { contradiction: "ahead", synced: 990 }, "unproven young ..."],
    [
      "ahead of a stream that rests: its transaction is on its way",
      { contradiction: "ahead", modified: 1 },
      "unproven young ...",
    ],
    ["in a field that never changes, at the first look", { contradiction: "never" }, "unproven young ..."],
    [
      "in a field that never changes, for the grace",
      { contradiction: "never", contradictsFor: 12 },
      "drift contradiction",
    ],
    [
      "in a field that never changes, and it claims to have seen it",
      { ...OF_EVENTS, contradiction: "never", synced: 962, watermark: 962 },
      "drift contradiction",
    ],
    [
      "in such a field, of which only the watermark is past",
      { contradiction: "never", watermark: 962 },
      "unproven young ...",
    ],
    [
      "in such a field, but the entry is young",
      { contradiction: "never", synced: 990, modified: 990 },
      "unproven young ...",
    ],
    [
      "and the entry has come to say what it said",
      { contradiction: "ahead", contradictsFor: 50, cameTrue: true },
      "lag ahead ...",
    ],
    ["in such a field, and came true", { contradiction: "never", contradictsFor: 50, cameTrue: true }, "lag ahead ..."],
  ],
  "a row that may have been written before its transaction landed": [
    ["is watched for the grace", { modified: 1, watchedFor: 11 }, "unproven young ..."],
    ["and no longer", { modified: 1, watchedFor: 12 }, "drift missed"],
    [
      "may be ahead of the stream",
      { modified: 1, watermark: 999, contradiction: "ahead", watchedFor: 11 },
      "unproven young ...",
    ],
    [
      "is not one that could only be a past state",
      { modified: 1, contradiction: "behind", watchedFor: 1 },
      "drift missed",
    ],
    [
      "is not one that no state can be",
      { ...OF_EVENTS, contradiction: "never", synced: 962, watermark: 962, watchedFor: 1 },
      "drift contradiction",
    ],
    ["is a row", { modified: 1, hasRow: false, watchedFor: 1 }, "drift missed"],
    ["is not beside a file", { modified: 1, watchedFor: 0 }, "drift missed", FILE],
  ],
  "5: older than what is allowed": [
    ["at the border it is not", { modified: 900, watermark: 890, firstChange: change(900) }, "lag behind ..."],
    ["past the watermark", { modified: 899 }, "drift missed"],
    ["and the watermark has not arrived", { modified: 899, watermark: 898 }, "drift stale"],
    ["at the watermark", { modified: 899, watermark: 899 }, "drift missed"],
    ["without a cursor", { modified: 899, watermark: null }, "drift stale"],
    ["while the watermark gains on the chain", { modified: 899, watermark: 898, isGaining: true }, "drift stale ..."],
    ["whatever its cursor says", { modified: 899, synced: 890, meaning: "check" }, "drift missed"],
    ["however proven", { modified: 899, watermark: 898, isProven: true }, "drift stale"],
    ["with nothing allowed", { modified: 999, watermark: 990 }, "drift stale", { ...LIMITS, maxLag: 0 }],
    [
      "with nothing allowed, in this ledger",
      { modified: L, firstChange: change(L) },
      "lag behind ...",
      { ...LIMITS, maxLag: 0 },
    ],
  ],
  "6: the row claims to have seen it": [
    ["by a cursor of events, at M", { ...OF_EVENTS, synced: 950, watermark: 950 }, "drift missed"],
    ["by a cursor of events, one ledger short of it", { ...OF_EVENTS, synced: 949, watermark: 949 }, "lag behind ..."],
    ["of a change of the grace's age", { ...OF_EVENTS, modified: 988, synced: 988, watermark: 990 }, "drift missed"],
    ["of a younger change", { ...OF_EVENTS, modified: 989, synced: 989, watermark: 990 }, "unproven young ..."],
    [
      "by another cursor, which may run ahead of the row",
      { ...OF_CHECKS, synced: 990, watermark: 990 },
      "unproven young ...",
    ],
    ["by any cursor, beside a file", { ...OF_CHECKS, synced: 990, watermark: 990 }, "drift missed", FILE],
    [
      "and the row does not; nobody knows what cursors mean",
      { ...UNKNOWN, watermark: 962, synced: 900 },
      "unproven cursor_meaning ...",
    ],
  ],
  "7: the row's turn to be checked has not come": [
    ["within what is allowed", { ...CHECKED, synced: 900 }, "lag behind ..."],
    ["and it was right when it was checked", { ...CHECKED, synced: 900, isProven: true }, "lag behind"],
    ["for longer", { ...CHECKED, synced: 899 }, "unproven young ..."],
    ["at the watermark", { ...CHECKED, synced: 900, watermark: 950 }, "lag behind ..."],
  ],
  "8: the row was not what the entry was at its cursor": [
    ["at three looks, for the grace", { synced: 940, apart: apart(3, 12) }, "drift missed"],
    ["at two", { synced: 940, apart: apart(2, 12) }, "lag behind ..."],
    ["for less than the grace", { synced: 940, apart: apart(3, 11) }, "lag behind ..."],
    ["for the grace, and one of them moved", { synced: 940, apart: apart(3, 23, true) }, "lag behind ..."],
    ["for the grace twice, and one of them moved", { synced: 940, apart: apart(3, 24, true) }, "drift missed"],
    ["where all but three may have missed something", { synced: 940, apart: apart(9, 24, true, 6) }, "drift missed"],
    ["where all but two may have missed something", { synced: 940, apart: apart(9, 24, true, 7) }, "lag behind ..."],
    ["and it has been seen to follow the stream", { apart: apart(3, 12), follows: true }, "unproven trailing_row ..."],
    ["at one look, beside a file", { watermark: 950, apart: apart(1, 0) }, "drift missed", FILE],
    [
      "though checked lately: the check did not see it",
      { ...CHECKED, synced: 940, apart: apart(3, 12) },
      "drift missed",
    ],
  ],
  "9: the first change that the database lacks": [
    ["is as old as allowed", { firstChange: change(900), watermark: 890 }, "lag behind ..."],
    ["is older than allowed", { firstChange: change(899) }, "drift stale"],
    ["is older, and the database gains on the chain", { firstChange: change(899), isGaining: true }, "drift stale ..."],
    ["is older, however proven the row", { firstChange: change(899), isProven: true }, "drift stale"],
    ["is an event, which may concern no stream", { firstChange: event(899) }, "unproven event_alone"],
    ["is an event, and the database gains", { firstChange: event(899), isGaining: true }, "unproven event_alone ..."],
  ],
  "10: the first change is not known": [
    ["and the watermark as far back as allowed", { watermark: 900, firstChange: change(950, false) }, "lag behind ..."],
    ["and the watermark further back", { watermark: 899, firstChange: change(950, false) }, "unproven first_change"],
    [
      "and the database gains",
      { watermark: 899, firstChange: change(950, false), isGaining: true },
      "unproven first_change ...",
    ],
    ["at all", { watermark: 899, firstChange: null }, "unproven first_change"],
    ["is known: nothing had happened for long", { watermark: 10, firstChange: event(940) }, "lag behind ..."],
    ["is known, and a row shows what the watermark cannot have seen", { isYounger: true }, "unproven younger_row ..."],
  ],
  "11: the database is on its way": [
    ["to the change", {}, "lag behind ..."],
    ["one ledger short of it", { watermark: 949 }, "lag behind ..."],
    ["and the row was right at its cursor", { isProven: true }, "lag behind"],
    ["to a file, which never moves", {}, "lag behind", FILE],
    ["perhaps, to an entry that other streams share", { changedAfterWatermark: false }, "unproven young ..."],
    ["of rows whose cursors nobody understands", { meaning: "unknown" }, "lag behind ..."],
    ["and came past the first look by less than the grace", { ...PASSED, watermark: 951 }, "lag behind ..."],
    ["and came past it by the grace, and the row was never right", { ...PASSED, watermark: 952 }, "unproven young ..."],
    ["and came past it, and the row follows", { ...PASSED, watermark: 952, follows: true }, "lag behind ..."],
  ],
  "12: the watermark has just passed the change": [
    ["now", { watermark: 950 }, "unproven young ..."],
    ["by less than the grace", { watermark: 961 }, "unproven young ..."],
    ["before a file was written", { watermark: 950, apart: apart(1, 0) }, "drift missed", FILE],
    ["and the row alone has no cursor", { ...CHECKED, synced: null }, "unproven never_checked ..."],
  ],
  "13: nobody knows how far the database is": [
    ["beside a live chain", { watermark: null, firstChange: null }, "unproven no_cursor ..."],
    ["beside a file", { watermark: null, firstChange: null }, "drift no_cursor", FILE],
    ["of a change just now", { watermark: null, modified: L }, "unproven no_cursor ..."],
  ],
};

describe("the verdict on a stream that differs: the first rule that fits", () => {
  for (const [rule, cases] of Object.entries(RULES)) {
    for (const [what, seen, verdict, limits = LIMITS] of cases) {
      it(`${rule}: ${what}`, () => {
        expect(said(verdictOn(evidence(seen), limits))).toBe(verdict);
      });
    }
  }

  it("excuses nothing without evidence: every doubt is one that the rules can come to", () => {
    const doubts = Object.values(RULES)
      .flat()
      .map(([, seen, , limits = LIMITS]) => verdictOn(evidence(seen), limits))
      .flatMap((verdict): Doubt[] => (verdict.kind === "unproven" ? [verdict.doubt] : []));
    expect([...new Set(doubts)].sort()).toEqual(
      [
        "event_alone",
        "first_change",
        "no_cursor",
        "node_behind",
        "trailing_row",
        "younger_row",
        "young",
        "cursor_meaning",
        "never_checked",
      ].sort(),
    );
  });
});
