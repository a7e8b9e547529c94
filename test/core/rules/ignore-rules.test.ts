import fc from "fast-check";
import { type IgnoreRule, IgnoreRules } from "../../../src/core/rules/ignore-rules.js";
import { judged } from "../../support/core-chain-record.js";
import { dbRow } from "../../support/core-rows.js";
import { streamStruct } from "../../support/streampay-contract.js";

const rule = (more: Partial<IgnoreRule>): IgnoreRule => ({
  ...{ streamId: null, field: null, invariant: null, reason: "known", until: "2026-12-31" },
  ...more,
});
const stream = streamStruct();
/** Differs in status and released; in the database, more is released than the total. */
const wrong = dbRow(stream, { fields: { released_amount: "2500", status: "paused" } });
const apply = (...rules: Partial<IgnoreRule>[]) => judged(wrong, stream, { ignore: new IgnoreRules(rules.map(rule)) });

const fieldsOf = ({ differences }: ReturnType<typeof apply>) => differences.map(({ field }) => field).sort();

const GREATEST = 2n ** 127n - 1n;
const LEAST = -(2n ** 127n);

describe("a rule that ignores", () => {
  it("nothing changes nothing", () => {
    const outcome = apply();
    expect(fieldsOf(outcome)).toEqual(["released_amount", "status"]);
    expect(outcome).toMatchObject({ bucket: "unchecked", notices: [] });
    expect(outcome.violations.map(({ invariant }) => invariant)).toEqual(["released_within_total"]);
    expect(apply({ streamId: "another" }, { field: "presence" }, { invariant: "solvent" })).toEqual(outcome);
  });

  it("a field takes that field out of what counts, and nothing else", () => {
    const outcome = apply({ field: "status" });
    expect(fieldsOf(outcome)).toEqual(["released_amount"]);
    expect(outcome).toMatchObject({ bucket: "unchecked", violations: [{ invariant: "released_within_total" }] });
    expect(outcome.notices).toEqual([
      {
        ...{ streamId: "stream_1", code: "ignored" },
        message: "status differs (database paused, on chain Active); ignored until 2026-12-31: known",
      },
    ]);
  });

  it("an invariant leaves the differences alone", () => {
    const outcome = apply({ invariant: "released_within_total" });
    expect(outcome).toMatchObject({ bucket: "unchecked", violations: [] });
    expect(fieldsOf(outcome)).toEqual(["released_amount", "status"]);
    expect(outcome.notices.map(({ message }) => message)).toEqual([
      "released_within_total is violated (released is above total by 500); ignored until 2026-12-31: known",
    ]);
  });

  it("a stream takes all of its findings, each with a notice", () => {
    const outcome = apply({ streamId: "stream_1" });
    expect(outcome).toMatchObject({ bucket: "inSync", differences: [], violations: [] });
    expect(outcome.notices).toHaveLength(3);
  });

  it("a field of one stream leaves other streams and fields alone", () => {
    expect(fieldsOf(apply({ streamId: "stream_2", field: "status" }))).toEqual(["released_amount", "status"]);
    expect(fieldsOf(apply({ streamId: "stream_1", field: "status" }))).toEqual(["released_amount"]);
    const outcome = apply({ streamId: "stream_1", invariant: "released_within_total" });
    expect([fieldsOf(outcome), outcome.violations]).toEqual([["released_amount", "status"], []]);
  });

  it("never hides that a stream could not be checked", () => {
    const record = { kind: "fault", code: "entry_malformed", message: "odd" } as const;
    const outcome = judged(dbRow(stream), record, { ignore: new IgnoreRules([rule({ streamId: "stream_1" })]) });
    expect(outcome).toMatchObject({ bucket: "unchecked", errors: [{ code: "entry_malformed" }], notices: [] });
  });

  it("says which side had what, a missing record included", () => {
    const outcome = judged(
      dbRow(stream),
      { kind: "missing" },
      { ignore: new IgnoreRules([rule({ field: "presence" })]) },
    );
    expect(outcome).toMatchObject({ bucket: "inSync", differences: [] });
    expect(outcome.notices[0]!.message).toMatch(/^presence differs \(database present, on chain missing\)/);
  });

  describe("by how much", () => {
    const released = (db: bigint, chain: bigint, more: Partial<IgnoreRule>) => {
      const onChain = streamStruct({ released_amount: chain, total_amount: GREATEST });
      const row = dbRow(onChain, { fields: { released_amount: String(db) } });
      const ignore = new IgnoreRules([rule({ field: "released_amount", ...more })]);
      return judged(row, onChain, { ignore }).differences.length === 0 ? "ignored" : "counts";
    };

    it.each([
      [995n, 1_000n, 5n, "ignored"],
      [1_005n, 1_000n, 5n, "ignored"],
      [994n, 1_000n, 5n, "counts"],
      [1_006n, 1_000n, 5n, "counts"],
      [1_001n, 1_000n, 0n, "counts"],
      [GREATEST - 1n, GREATEST, 1n, "ignored"],
      [GREATEST - 2n, GREATEST, 1n, "counts"],
      [LEAST, GREATEST, GREATEST - LEAST, "ignored"],
      [LEAST, GREATEST, GREATEST - LEAST - 1n, "counts"],
    ])("%d in the database and %d on chain, up to %d: %s", (db, chain, upTo, what) => {
      expect(released(db, chain, { upTo })).toBe(what);
    });

    it("never where a side is no amount, or the finding is a violation", () => {
      expect(fieldsOf(apply({ field: "status", upTo: GREATEST }))).toContain("status");
      expect(apply({ streamId: "stream_1", upTo: GREATEST }).violations).toHaveLength(1);
    });
  });

  it("values takes the difference out as long as both sides have them, and no other", () => {
    const values = { db: "paused", onChain: "Active" };
    expect(fieldsOf(apply({ field: "status", values }))).toEqual(["released_amount"]);
    for (const other of [
      { ...values, db: "draft" },
      { ...values, onChain: "Draft" },
      { ...values, db: null },
    ]) {
      expect(fieldsOf(apply({ field: "status", values: other }))).toContain("status");
    }
  });

  it("and is over lets its finding count again, and is named", () => {
    const rules = new IgnoreRules([rule({ field: "status", until: "2026-01-31" })]);
    const onDay = (day: string) => {
      const ignore = rules.on(Date.parse(`${day}T23:59:59Z`));
      return { fields: fieldsOf(judged(wrong, stream, { ignore })), expired: ignore.expired.size };
    };
    expect(onDay("2026-01-31")).toEqual({ fields: ["released_amount"], expired: 0 });
    expect(onDay("2026-02-01")).toEqual({ fields: ["released_amount", "status"], expired: 1 });
  });

  it("a finding uses the first that fits", () => {
    const outcome = apply({ field: "status", reason: "first" }, { streamId: "stream_1", reason: "second" });
    expect(outcome.notices.map(({ message }) => /: (\w+)$/.exec(message)![1]).sort()).toEqual([
      "first",
      "second",
      "second",
    ]);
  });

  it("loses no finding: each counts or is a notice, whatever the rules", () => {
    const some = <T>(...values: T[]) => fc.constantFrom(null, ...values);
    const rules = fc.array(
      fc.record({
        streamId: some("stream_1", "stream_2"),
        field: some("status", "released_amount", "recipient"),
        invariant: some("released_within_total", "solvent"),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(rules, (list) => {
        const outcome = apply(...list);
        expect(outcome.differences.length + outcome.violations.length + outcome.notices.length).toBe(3);
        expect(outcome.bucket).toBe(outcome.differences.length > 0 ? "unchecked" : "inSync");
      }),
    );
  });
});

describe("a violation of the contract as a whole", () => {
  const violation = {
    ...{ streamId: "on-chain:4", invariant: "ids_complete", side: "on_chain" as const },
    ...{ message: "no stream 4", values: {} },
  };

  it("is ignored by its name or by its stream, with a notice", () => {
    for (const one of [rule({ invariant: "ids_complete" }), rule({ streamId: "on-chain:4" })]) {
      expect(new IgnoreRules([one]).notice(violation)).toEqual({
        ...{ streamId: "on-chain:4", code: "ignored" },
        message: "ids_complete is violated (no stream 4); ignored until 2026-12-31: known",
      });
    }
  });

  it("counts where no rule fits", () => {
    for (const one of [rule({ invariant: "solvent" }), rule({ streamId: "x" }), rule({ field: "presence" })]) {
      expect(new IgnoreRules([one]).notice(violation)).toBeNull();
    }
    expect(new IgnoreRules([]).notice(violation)).toBeNull();
  });
});
