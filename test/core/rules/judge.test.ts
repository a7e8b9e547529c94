import type { StreamOnChain } from "../../../src/core/contract/stream-on-chain.js";
import type { ChainField } from "../../../src/core/contract/stream-struct.js";
import { StreamJudge } from "../../../src/core/rules/judge.js";
import { streampay } from "../../../src/presets/streampay.js";
import { chainRecord, judged, readDbRow } from "../../support/core-chain-record.js";
import { dbRow, fullPlan, policyOf } from "../../support/core-rows.js";
import { contractId, streamStruct } from "../../support/streampay-contract.js";

const stream = streamStruct();
const behind = streamStruct({ released_amount: 900n });
const missing: StreamOnChain = { kind: "missing" };
const fault: StreamOnChain = { kind: "fault", code: "entry_undecodable", message: "cut off" };

describe("the outcome of one stream", () => {
  it("is in sync when every field agrees", () => {
    expect(judged(stream, stream)).toEqual({
      ...{ streamId: "stream_1" },
      ...{ bucket: "inSync", discrepancies: [], differences: [], violations: [], errors: [], notices: [] },
    });
  });

  it("is in sync when they agree though the row is ahead of the node: nothing differs that could be misjudged", () => {
    expect(judged(dbRow(stream, { synced: 5_000n }), stream).bucket).toBe("inSync");
  });

  it("is not judged when a field differs: what that means, further looks tell", () => {
    const found = judged(dbRow(behind, { synced: 950n }), chainRecord(stream, 900));
    expect(found).toMatchObject({ bucket: "unchecked", discrepancies: [], errors: [], violations: [] });
    expect(found.differences).toEqual([
      {
        streamId: "stream_1",
        field: "released_amount",
        dbValue: "900",
        onChainValue: "1000",
        token: contractId(3),
        ledger: { dbSynced: 950, chainModified: 900, observed: 1000 },
      },
    ]);
  });

  it("is not judged either when the ledger has no entry", () => {
    expect(judged(dbRow(stream, { synced: null }), missing)).toEqual({
      streamId: "stream_1",
      bucket: "unchecked",
      differences: [
        {
          ...{ streamId: "stream_1", field: "presence", dbValue: "present", onChainValue: "missing" },
          ledger: { dbSynced: null, chainModified: null, observed: 1000 },
          // What the row says of its token is not asked: it may be the wrong row.
          token: null,
        },
      ],
      ...{ discrepancies: [], violations: [], errors: [], notices: [] },
    });
  });

  it("is unchecked when a row differs whose cursor cannot be a ledger, with its column and value", () => {
    const found = judged(dbRow(behind, { synced: 1_760_000_000_000n }), stream);
    expect(found).toMatchObject({ bucket: "unchecked", discrepancies: [], differences: [] });
    expect(found.errors).toEqual([
      {
        ...{ streamId: "stream_1", code: "cursor_implausible" },
        message: expect.stringMatching(/released_amount.*last_sync_ledger holds 1760000000000, which is no ledger/),
      },
    ]);
  });

  it("says of a row without an on-chain id that it was never linked", () => {
    expect(judged(dbRow(stream, { onChainId: null }), missing)).toMatchObject({
      differences: [{ field: "presence" }],
      notices: [{ streamId: "stream_1", code: "no_on_chain_id" }],
    });
  });

  it("is unchecked with a fault, and what the row alone shows is still reported", () => {
    const row = dbRow(streamStruct({ released_amount: 2_500n }));
    expect(judged(row, fault)).toMatchObject({
      bucket: "unchecked",
      discrepancies: [],
      errors: [{ streamId: "stream_1", code: "entry_undecodable", message: "cut off" }],
      violations: [{ side: "db", invariant: "released_within_total" }],
    });
  });

  it("reports a violation of each side apart, and the difference besides", () => {
    const row = dbRow(streamStruct({ released_amount: -1n }));
    const found = judged(row, streamStruct({ released_amount: 2_500n }));
    expect(found.violations.map(({ side, invariant }) => [side, invariant])).toEqual([
      ["db", "released_not_negative"],
      ["on_chain", "released_within_total"],
    ]);
    expect(found.differences).not.toEqual([]);
  });

  it("is unchecked when the deployment's struct lacks a compared field, with what the chain shows all the same", () => {
    const record = chainRecord(streamStruct({ fee_bps: 20_000 }));
    if (record.kind !== "stream") throw new Error("no stream");
    const older = new Map(
      [...(record.stream as ReadonlyMap<string, ChainField>)].filter(([name]) => name !== "last_update"),
    );
    const found = judged(dbRow(stream), { ...record, stream: older, liveUntil: 0 });
    expect(found).toMatchObject({
      bucket: "unchecked",
      errors: [{ code: "field_not_on_chain", message: expect.stringMatching(/no field last_update/) }],
      violations: [{ invariant: "fee_within_limit", side: "on_chain" }],
      notices: [{ code: "archived_or_unknown" }],
    });
  });

  it.each([
    [null, []],
    [1000, []],
    [1001, []],
    [999, ["expired"]],
    [1, ["expired"]],
    [0, ["archived_or_unknown"]],
  ])("says of an entry that lives until %p: %p; its value is compared all the same", (liveUntil, codes) => {
    const found = judged(behind, chainRecord(stream, 900, liveUntil));
    expect(found.notices.map(({ code }) => code)).toEqual(codes);
    expect(found.differences).not.toEqual([]);
  });

  it("warns of an entry that has not long to live, when asked to", () => {
    const codes = (liveUntil: number, ttlWarningLedgers: number) =>
      judged(stream, chainRecord(stream, 900, liveUntil), { ttlWarningLedgers }).notices.map(({ code }) => code);
    expect([codes(1_099, 100), codes(1_100, 100), codes(1_000, 0)]).toEqual([["ttl_low"], [], []]);
  });

  it("allows the tolerance for amounts only", () => {
    const near = streamStruct({ released_amount: 990n });
    expect(judged(near, stream, { tolerance: 10n }).bucket).toBe("inSync");
    expect(judged(near, stream, { tolerance: 9n }).differences).toHaveLength(1);
    expect(judged(streamStruct({ last_update: 1_499n }), stream, { tolerance: 10n }).differences).toHaveLength(1);
  });

  it("lets a failure that is no finding through", () => {
    const judge = new StreamJudge(streampay, fullPlan, policyOf());
    const broken = { kind: "stream", stream: null as never, modified: 1, liveUntil: null } as const;
    expect(() => judge.outcome(readDbRow(dbRow(stream)), broken, 1000)).toThrow(TypeError);
    const halfBroken = {
      ...broken,
      stream: Object.assign(new Map(), { get: (name: string) => name === "id" && boom() }),
    };
    expect(() => judge.outcome(readDbRow(dbRow(stream)), halfBroken, 1000)).toThrow("boom");
  });
});

function boom(): never {
  throw new Error("boom");
}
