import { nativeToScVal } from "@stellar/stellar-base";
import fc from "fast-check";
import type { Layout } from "../../../src/core/contract/layout.js";
import { streamLocator } from "../../../src/core/contract/stream-key.js";
import { StreamsOnChain } from "../../../src/core/contract/stream-on-chain.js";
import { AgreementCheck } from "../../../src/core/rules/agreement.js";
import { StreamJudge } from "../../../src/core/rules/judge.js";
import { planRows, type RowPlan, readRow } from "../../../src/core/rules/mapping.js";
import { ROLE } from "../../../src/core/rules/stream-facts.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { lives } from "../../support/core-escrow-model.js";
import { type DbRow, dbRow, fullMapping, fullPlan, policyOf, rowOf } from "../../support/core-rows.js";
import { CONTRACT } from "../../support/core-run.js";
import { accountId, type StreamStruct, streamStruct, streamVal, struct } from "../../support/streampay-contract.js";

const OBSERVED = 1_000;
const WARNING = 100;
const policy = policyOf({ ttlWarningLedgers: WARNING });
const isOutcomeEmpty = (lists: readonly (readonly unknown[])[]) => lists.every((list) => list.length === 0);

/** Both looks at one stream, the shapes of its entry already known. */
function looksAt(
  row: DbRow,
  stream: StreamStruct,
  { now = 1_000_000n, liveUntil = null, plan = fullPlan }: Partial<Looks> = {},
) {
  const records = new StreamsOnChain(streampay, streamLocator(streampay, CONTRACT));
  const entry = ledgerEntry(streamVal(stream), { liveUntilLedger: liveUntil });
  const id = typeof row.onChainId === "bigint" ? row.onChainId : stream.id;
  const record = records.find(id, entry);
  const found = new AgreementCheck(streampay, plan, policy, records.structs).agreement(
    rowOf(row, plan),
    id,
    entry,
    OBSERVED,
    now,
  );
  const judged = () =>
    new StreamJudge(streampay, plan, policy).outcome(readRow(rowOf(row, plan), plan), record, OBSERVED, now);
  return { found, judged };
}

interface Looks {
  readonly now: bigint | null;
  readonly liveUntil: number | null;
  readonly plan: RowPlan;
}

/** Something else than what the chain has, or the same in other words. */
const changes: fc.Arbitrary<DbRow["fields"]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc
    .constantFrom("total_amount", "released_amount")
    .chain((name) =>
      fc
        .oneof(
          fc.bigInt({ min: -3n, max: 3n }).map(String),
          fc.constantFrom("", "1e3", "0x10", "007", " 5 ", "1.5", null),
        )
        .map((value) => ({ [name]: value })),
    ),
  fc.constantFrom("active", "ACTIVE", "Draft", "Ended", "nonsense", null).map((status) => ({ status })),
  fc.constantFrom(accountId(1), accountId(7), "G", "", null).map((recipient) => ({ recipient })),
  fc.constantFrom(0n, 1n, "0", "1.0", "2026-01-31 12:00:00", null).map((start_time) => ({ start_time })),
);

describe("AgreementCheck", () => {
  it("takes only streams about which the judge has nothing to say", () => {
    const times = fc.oneof(fc.constant(null), fc.bigInt({ min: 0n, max: 3_000_000_000n }));
    const lifetimes = fc.constantFrom(null, 0, 1, OBSERVED - 1, OBSERVED, OBSERVED + WARNING - 1, OBSERVED + WARNING);
    let taken = 0;
    fc.assert(
      fc.property(lives(true), changes, times, lifetimes, fc.bigInt(-1n, 1n), (life, fields, now, liveUntil, shift) => {
        for (const { stream } of life) {
          const row = dbRow(stream, { fields, onChainId: stream.id + shift });
          const { found, judged } = looksAt(row, stream, { now, liveUntil });
          if (found === null) continue;
          taken += 1;
          const { bucket, discrepancies, violations, errors, notices } = judged();
          expect(bucket).toBe("inSync");
          expect(isOutcomeEmpty([discrepancies, violations, errors, notices])).toBe(true);
        }
      }),
    );
    expect(taken).toBeGreaterThan(0);
  });

  it("takes every stream of a contract in order that the database has as it is", () => {
    fc.assert(
      fc.property(lives(false), (life) => {
        for (const { now, stream } of life) {
          const { found } = looksAt(dbRow(stream), stream, { now });
          expect(found).toMatchObject({ onChainId: stream.id, synced: 1000, liveUntil: null });
          expect(found!.facts.int(ROLE.released)).toBe(stream.released_amount);
          expect(found!.facts.get(ROLE.token)).toBe(stream.token);
          expect(found!.facts.isStatus(stream.status.toUpperCase())).toBe(true);
        }
      }),
    );
  });

  it("takes amounts at the ends of what i128 can hold, and not when they are off by one", () => {
    const total_amount = (1n << 127n) - 1n;
    const stream = streamStruct({ total_amount });
    expect(looksAt(dbRow(stream), stream, { now: null }).found).not.toBeNull();
    const off = dbRow(stream, { fields: { total_amount: String(total_amount - 1n) } });
    expect(looksAt(off, stream, { now: null }).found).toBeNull();
  });

  it("tells a negative integer of 64 bits from the positive one with the same bits", () => {
    const layout: Layout = { ...streampay, fields: { ...streampay.fields, offset: { type: "integer" } } };
    const mapping = { ...fullMapping, fields: { ...fullMapping.fields, offset: { column: "offset_column" } } };
    const plan = planRows(mapping, layout);
    const stream = streamStruct();
    const val = struct({
      ...Object.fromEntries(
        streamVal(stream)
          .map()!
          .map((entry) => [entry.key().sym().toString(), entry.val()]),
      ),
      offset: nativeToScVal(-9_223_372_036_854_775_000n, { type: "i64" }),
    });
    const records = new StreamsOnChain(layout, streamLocator(layout, CONTRACT));
    const record = records.find(stream.id, ledgerEntry(val));
    const check = new AgreementCheck(layout, plan, policy, records.structs);
    const look = (offset: string) => {
      const row = rowOf(dbRow(stream, { fields: { offset } }), plan);
      const { bucket, differences } = new StreamJudge(layout, plan, policy).outcome(
        readRow(row, plan),
        record,
        OBSERVED,
      );
      const isTaken = check.agreement(row, stream.id, ledgerEntry(val), OBSERVED, null) !== null;
      return { isTaken, bucket, differing: differences?.map(({ field }) => field) };
    };
    expect(look("-9223372036854775000")).toEqual({ isTaken: true, bucket: "inSync", differing: [] });
    expect(look("9223372036854776616")).toEqual({ isTaken: false, bucket: "unchecked", differing: ["offset"] });
  });

  it.each(Array.from({ length: 39 }, (_, decimals) => decimals))(
    "takes a whole number of tokens for what it is with %i decimals, as the judge does",
    (amountDecimals) => {
      const plan = planRows({ ...fullMapping, amountDecimals }, streampay);
      const whole = 10n ** BigInt(amountDecimals);
      const look = (total_amount: bigint, text: string) => {
        const stream = streamStruct({ total_amount, released_amount: 0n, last_update: 1_000n });
        const { found, judged } = looksAt(dbRow(stream, { fields: { total_amount: text } }), stream, {
          plan,
          now: null,
        });
        return [found !== null, judged().bucket];
      };
      for (const text of ["1", "1.0", "01"]) expect(look(whole, text)).toEqual([true, "inSync"]);
      expect(look(whole, "2")).toEqual([false, "unchecked"]);
      if (amountDecimals > 0) expect(look(1n, "1")).toEqual([false, "unchecked"]);
    },
  );

  it.each([
    ["an amount that is no number", { fields: { total_amount: "many" } }],
    ["a cursor that is no ledger", { synced: "soon" }],
  ])("leaves %s to the judge", (_what, more) => {
    const stream = streamStruct();
    expect(looksAt(dbRow(stream, more), stream).found).toBeNull();
  });

  it("leaves an entry of a shape that was not seen before to the judge", () => {
    const records = new StreamsOnChain(streampay, streamLocator(streampay, CONTRACT));
    const stream = streamStruct();
    const check = new AgreementCheck(streampay, fullPlan, policy, records.structs);
    const look = () => check.agreement(rowOf(dbRow(stream)), stream.id, ledgerEntry(streamVal(stream)), OBSERVED, null);
    expect(look()).toBeNull();
    records.find(stream.id, ledgerEntry(streamVal(stream)));
    expect(look()).not.toBeNull();
  });

  it("tells no cursor where rows have none", () => {
    const plan = planRows({ ...fullMapping, cursorColumn: null }, streampay);
    const stream = streamStruct();
    expect(looksAt(dbRow(stream), stream, { plan, now: null }).found).toMatchObject({ synced: null });
  });

  it("lets a bug through", () => {
    const stream = streamStruct();
    const records = new StreamsOnChain(streampay, streamLocator(streampay, CONTRACT));
    records.find(stream.id, ledgerEntry(streamVal(stream)));
    const check = new AgreementCheck(streampay, fullPlan, policy, records.structs);
    const entry = ledgerEntry(streamVal(stream));
    expect(() => check.agreement(null as never, stream.id, entry, OBSERVED, null)).toThrow(TypeError);
  });
});
