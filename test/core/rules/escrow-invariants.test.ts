import fc from "fast-check";
import { INVARIANTS, invariantsOf } from "../../../src/core/rules/escrow-invariants.js";
import { brokenInvariants, InvariantChecks } from "../../../src/core/rules/invariant-checks.js";
import { StreamFacts } from "../../../src/core/rules/stream-facts.js";
import type { FieldValue, Role } from "../../../src/core/values/field.js";
import { phaseNames } from "../../../src/core/values/phase.js";
import { streampay } from "../../../src/presets/streampay.js";
import { judged } from "../../support/core-chain-record.js";
import { type Action, lives, SHARE_OF, step } from "../../support/core-escrow-model.js";
import { dbRow } from "../../support/core-rows.js";
import { accountId, type StreamStruct, streamStruct } from "../../support/streampay-contract.js";

const VALID = {
  Draft: streamStruct({ status: "Draft", released_amount: 0n, start_time: 0n, end_time: 1_000n, last_update: 900n }),
  Active: streamStruct(),
  "Active, not started yet": streamStruct({ released_amount: 0n, last_update: 1_000n }),
  Paused: streamStruct({
    ...{ status: "Paused", paused_at: 1_400n, last_update: 1_400n, total_paused_duration: 10n },
    ...{ end_time: 2_010n, released_amount: 780n },
  }),
  Settled: streamStruct({ status: "Settled", released_amount: 2_000n, last_update: 2_000n }),
  "Settled after a pause that was paid out": streamStruct({
    ...{ status: "Settled", released_amount: 2_000n, last_update: 2_000n, paused_at: 1_999n },
  }),
  Cancelled: streamStruct({ status: "Cancelled" }),
  "Cancelled while paused": streamStruct({
    ...{ status: "Cancelled", paused_at: 1_400n, last_update: 1_900n, total_paused_duration: 10n },
    ...{ end_time: 2_010n, released_amount: 780n },
  }),
  "Cancelled as a draft": streamStruct({ status: "Cancelled", released_amount: 0n, start_time: 0n }),
  "Cancelled, nothing left to pay": streamStruct({
    ...{ status: "Cancelled", released_amount: 2_000n, last_update: 2_000n },
  }),
} as const;

/** Invariants that the chain's side breaks, each with its stream alone. */
const brokenOnChain = (stream: StreamStruct, now: bigint | null = null, keyId = stream.id): string[] =>
  judged(dbRow(streamStruct({ ...VALID.Active, id: keyId })), stream, {}, now)
    .violations.filter(({ side }) => side === "on_chain")
    .map(({ invariant }) => invariant);

const brokenInDb = (stream: StreamStruct): string[] =>
  judged(dbRow(stream), VALID.Active)
    .violations.filter(({ side }) => side === "db")
    .map(({ invariant }) => invariant);

type Fault = [invariant: string, base: keyof typeof VALID, change: Partial<StreamStruct>, now: bigint | null];
/** A single change each, and the ledger's time where the invariant needs one. */
const PLANTED: readonly (Fault | [Fault[0], Fault[1], Fault[2]])[] = [
  ["total_not_negative", "Cancelled as a draft", { total_amount: -1n }],
  ["total_not_negative", "Active", { total_amount: -5n }],
  ["released_not_negative", "Active", { released_amount: -1n }],
  ["released_not_negative", "Draft", { released_amount: -1n }],
  ["released_not_negative", "Settled", { released_amount: -1n }],
  ["released_not_negative", "Cancelled", { released_amount: -1n }],
  ["released_within_total", "Active", { released_amount: 2_001n }],
  ["released_within_total", "Settled", { released_amount: 2_001n }],
  ["released_within_total", "Cancelled", { released_amount: 2_001n }],
  ["released_within_total", "Draft", { released_amount: 2_001n }],
  ["released_within_total", "Active", { total_amount: 0n }],
  ["parties_differ", "Active", { recipient: accountId(1) }],
  ["total_positive", "Active, not started yet", { total_amount: 0n }],
  ["total_positive", "Draft", { total_amount: 0n }],
  ["settled_fully_released", "Settled", { released_amount: 1_999n }],
  ["settled_fully_released", "Settled", { released_amount: 0n }],
  ["open_not_fully_released", "Active", { released_amount: 2_000n }],
  ["open_not_fully_released", "Paused", { released_amount: 2_000n }],
  ["open_not_fully_released", "Settled", { status: "Active" }],
  ["draft_untouched", "Draft", { released_amount: 1n }],
  ["draft_untouched", "Draft", { released_amount: 2_000n }],
  ["draft_untouched", "Draft", { start_time: 1n }],
  ["draft_untouched", "Draft", { start_time: 1_000n }],
  ["draft_untouched", "Draft", { paused_at: 1n }],
  ["draft_untouched", "Draft", { total_paused_duration: 1n }],
  ["draft_untouched", "Active", { status: "Draft" }],
  ["window_valid", "Active", { end_time: 1_000n }],
  ["window_valid", "Active", { end_time: 999n }],
  ["window_valid", "Active", { duration: 0n }],
  ["window_valid", "Active", { end_time: 1_000n }, 1_500n],
  ["window_valid", "Cancelled", { duration: 0n }],
  ["pause_consistent", "Active", { paused_at: 1n }],
  ["pause_consistent", "Paused", { paused_at: 0n }],
  ["pause_consistent", "Paused", { paused_at: 0n, released_amount: 1_999n }, 1_400n],
  ["pause_consistent", "Paused", { status: "Active" }],
  ["pause_consistent", "Active", { status: "Paused" }],
  ["pause_consistent", "Paused", { paused_at: 1_401n }],
  ["fee_within_limit", "Active", { fee_bps: 10_001 }],
  ["never_ended", "Active", { status: "Ended" }],
  ["window_consistent", "Active", { end_time: 1_999n }],
  ["window_consistent", "Active", { end_time: 2_001n }],
  ["window_consistent", "Paused", { end_time: 2_011n }],
  ["window_amended", "Paused", { end_time: 2_009n }],
  ["window_amended", "Paused", { end_time: 2_000n }],
  ["window_amended", "Active", { total_paused_duration: 1n }],
  ["released_within_vested", "Active", { released_amount: 1_001n }, 1_500n],
  ["released_within_vested", "Active", { released_amount: 1n, last_update: 1_000n }, 1_000n],
  ["released_within_vested", "Paused", { released_amount: 781n }, 9_999n],
  ["settled_after_end", "Settled", { last_update: 1_999n }],
  ["cancel_paid_vested", "Cancelled", { released_amount: 1_001n }],
  ["cancel_paid_vested", "Cancelled", { released_amount: 999n }],
  ["cancel_paid_vested", "Cancelled while paused", { released_amount: 781n }],
  ["cancel_paid_vested", "Cancelled as a draft", { released_amount: 1n }],
  ["not_from_the_future", "Active", { released_amount: 0n }, 1_499n],
];
/** Of roles that StreamPay's streams do not have. */
const ELSEWHERE = ["rate_positive", "active_has_started"];
const OTHERS = ["balance_not_negative", ...ELSEWHERE];

const FAULTS = PLANTED.map(([name, base, change, now = null]): Fault => [name, base, change, now]);

describe("invariants of the escrow", () => {
  it.each(Object.entries(VALID))("hold for a stream that is %s, on both sides", (_status, stream) => {
    expect([brokenOnChain(stream), brokenOnChain(stream, 3_000n), brokenInDb(stream)]).toEqual([[], [], []]);
  });

  it("hold for a stream that starts later and was never touched, though its last update is its start", () => {
    expect(brokenOnChain(VALID["Active, not started yet"], 10n)).toEqual([]);
  });

  it.each(FAULTS)("%s: the only finding about a stream that is %s with %p", (invariant, base, change, now) => {
    expect(brokenOnChain({ ...VALID[base], ...change }, now)).toEqual([invariant]);
  });

  it("finds an entry that is stored under another stream's id", () => {
    expect(brokenOnChain(VALID.Active, null, 7n)).toEqual(["id_matches_key"]);
    expect(brokenOnChain({ ...VALID.Active, id: 9n }, null, 7n)).toEqual(["id_matches_key"]);
  });

  it.each(FAULTS)("%s: judged in the database only where it must hold there (%s with %p)", (name, base, change) => {
    const expected = INVARIANTS.find((invariant) => invariant.name === name)!.database ? [name] : [];
    expect(brokenInDb({ ...VALID[base], ...change })).toEqual(expected);
  });

  it("checks in the database what an operator can do something about there", () => {
    const names = INVARIANTS.filter(({ database }) => database).map(({ name }) => name);
    expect(names).toEqual([
      ...["total_not_negative", "released_not_negative", "released_within_total", "parties_differ"],
      ...["settled_fully_released", "balance_not_negative", "rate_positive"],
    ]);
  });

  it("has a planted fault for each invariant, and StreamPay's layout names every one that is not general", () => {
    const planted = new Set(["id_matches_key", ...FAULTS.map(([name]) => name), ...OTHERS]);
    expect([...planted].sort()).toEqual(INVARIANTS.map(({ name }) => name).sort());
    const names = (layout: { invariants?: readonly string[] }) => invariantsOf(layout).map(({ name }) => name);
    expect(names(streampay)).toEqual(INVARIANTS.map(({ name }) => name).filter((name) => !ELSEWHERE.includes(name)));
    expect(names({})).toEqual([
      ...["id_matches_key", "total_not_negative", "released_not_negative", "released_within_total"],
      "balance_not_negative",
    ]);
  });

  it("holds at any time of every stream that the contract's own rules can make", () => {
    const statuses = new Set<string>();
    fc.assert(
      fc.property(lives(false), (states) => {
        for (const { stream, now } of states) {
          statuses.add(stream.status);
          expect([stream, brokenOnChain(stream, now), brokenInDb(stream)]).toEqual([stream, [], []]);
        }
      }),
      { numRuns: 1500 },
    );
    expect([...statuses].sort()).toEqual(["Active", "Cancelled", "Draft", "Paused", "Settled"]);
  });

  const AMENDED = ["cancel_paid_vested", "released_within_vested", "window_amended"];

  it("breaks only the three of docs/contract-facts.md#streampays-invariants when the contract amends a window", () => {
    fc.assert(
      fc.property(lives(true), (states) => {
        for (const { stream, now } of states) {
          expect(brokenInDb(stream)).toEqual([]);
          expect([stream, brokenOnChain(stream, now).filter((name) => !AMENDED.includes(name))]).toEqual([stream, []]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("reveals the known hole: paid out, then amended, then cancelled", () => {
    const fresh = streamStruct({ released_amount: 0n, total_amount: 1_000n, last_update: 1_000n });
    const actions: Action[] = [
      ...([{ do: "wait", seconds: 400n }, { do: "pause" }, { do: "wait", seconds: 100n }, { do: "resume" }] as const),
      ...([{ do: "withdraw", share: SHARE_OF }, { do: "amend", longer: 9_000n }, { do: "cancel" }] as const),
    ];
    const states = [{ now: 1_000n, stream: fresh }];
    for (const action of actions) states.push(step(states.at(-1)!, action));
    expect(states.map(({ stream, now }) => brokenOnChain(stream, now))).toEqual([
      ...[[], [], [], [], [], []],
      ["window_amended", "released_within_vested"],
      ["window_amended", "cancel_paid_vested"],
    ]);
  });

  it.each<[...Fault, said: string]>([
    ["released_within_total", "Active", { released_amount: 2_500n }, null, "above total by 500"],
    ["settled_fully_released", "Settled", { released_amount: 1_700n }, null, "but 300 of its total"],
    ["window_consistent", "Active", { end_time: 1_993n }, null, "off by -7 s"],
    ["window_consistent", "Paused", { end_time: 2_017n }, null, "off by 7 s"],
    ["window_amended", "Paused", { end_time: 2_007n }, null, "end is 3 s before"],
    ["released_within_vested", "Active", { released_amount: 1_030n }, 1_500n, "by ledger time 1500: overpaid by 30"],
    ["cancel_paid_vested", "Cancelled", { released_amount: 1_040n }, null, "overpaid by 40"],
    ["cancel_paid_vested", "Cancelled", { released_amount: 950n }, null, "left 50 of what had vested"],
  ])("%s: says by how much, of a stream that is %s with %p", (_name, base, change, now, said) => {
    const { violations } = judged(dbRow(VALID.Active), { ...VALID[base], ...change }, {}, now);
    expect(violations.map(({ message }) => message)).toEqual([expect.stringContaining(said)]);
  });

  it("says what is wrong, with the values it was seen in", () => {
    expect(judged(dbRow(VALID.Active), { ...VALID.Active, released_amount: 2_500n }).violations).toEqual([
      {
        streamId: "stream_1",
        invariant: "released_within_total",
        side: "on_chain",
        message: "released is above total by 500",
        values: { total_amount: "2000", released_amount: "2500" },
      },
    ]);
    expect(judged(dbRow({ ...VALID.Active, released_amount: -1n }), VALID.Active).violations).toMatchObject([
      { invariant: "released_not_negative", side: "db", values: { released_amount: "-1" } },
    ]);
  });
});

describe("invariants of contracts that stream by a rate", () => {
  const broken = (values: Partial<Record<Role, FieldValue>>, now: bigint | null = 1_700_000_000n) =>
    brokenInvariants(
      new StreamFacts(new Map(Object.entries(values) as [Role, FieldValue][]), null, now),
      new InvariantChecks(INVARIANTS),
    ).map(({ invariant }) => invariant.name);

  it("take no balance below zero, and no rate that is not above it", () => {
    expect(broken({ balance: 0n, rate: 1n })).toEqual([]);
    expect(broken({ balance: -1n, rate: 0n })).toEqual(["balance_not_negative", "rate_positive"]);
    expect(broken({ rate: -1n })).toEqual(["rate_positive"]);
  });

  it("take no active stream that never started, where time is that of a network", () => {
    expect(broken({ active: true, start: 0n })).toEqual(["active_has_started"]);
    expect(broken({ active: true, start: 5n })).toEqual([]);
    expect(broken({ active: false, start: 0n })).toEqual([]);
    expect(broken({ active: true, start: 0n }, 10n)).toEqual([]);
    expect(broken({ active: true, start: 0n }, null)).toEqual([]);
  });

  it("know a status by its phase, whatever the contract calls it", () => {
    const phases = phaseNames({ Completed: "Settled" });
    const facts = (status: string, released: bigint) =>
      new StreamFacts(Object.entries({ status, total: 9n, released }) as [Role, FieldValue][], null, null, phases);
    const names = (s: StreamFacts) =>
      brokenInvariants(s, new InvariantChecks(INVARIANTS)).map(({ invariant }) => invariant.name);
    expect(names(facts("COMPLETED", 8n))).toEqual(["settled_fully_released"]);
    expect(names(facts("COMPLETED", 9n))).toEqual([]);
    expect(names(facts("ACTIVE", 9n))).toEqual(["open_not_fully_released"]);
    expect(phaseNames(undefined)).toBeNull();
  });
});

describe("an invariant whose values are not there", () => {
  const facts = (values: Partial<Record<Role, FieldValue>>, keyId: bigint | null = null) =>
    new StreamFacts(new Map(Object.entries(values) as [Role, FieldValue][]), keyId);
  const violation = (name: string, s: StreamFacts) => INVARIANTS.find((i) => i.name === name)!.violation(s);

  it("works with what the layout has: a window without a duration, a pause without a last update", () => {
    expect(violation("window_valid", facts({ start: 5n, end: 6n }))).toBeNull();
    expect(violation("window_valid", facts({ start: 5n, end: 5n }))).toMatch(/not after its start at 5/);
    expect(violation("pause_consistent", facts({ status: "PAUSED", paused_at: 9n }))).toBeNull();
    expect(violation("draft_untouched", facts({ status: "DRAFT", released: null }))).toBeNull();
    expect(violation("id_matches_key", facts({ id: 4n }))).toBeNull();
  });

  it("refuses to take a text for a number, so that a wrong layout cannot pass unseen", () => {
    expect(() => violation("total_not_negative", facts({ total: "5" }))).toThrow(TypeError);
  });

  it("knows a status only as a text", () => {
    expect(facts({ status: 1n }).isStatus("1")).toBe(false);
    expect(facts({}).isStatus("ACTIVE")).toBe(false);
  });
});
