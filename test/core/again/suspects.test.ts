import { Suspects } from "../../../src/core/again/suspects.js";
import { follow } from "../../../src/core/again/trail.js";
import type { ObservationSummary } from "../../../src/core/look/observation.js";
import type { SideState } from "../../../src/core/verdict/side-state.js";
import { contractId } from "../../support/streampay-contract.js";

const READING = { same: () => false, meaning: "event", maxLagLedgers: 120, isShared: false } as const;

/** A look at a stream of which the database has released one unit less: what most suspects are. */
function lookAt(id: number): ObservationSummary {
  const streamId = `stream_${id}`;
  const released = 333_333_333_333n + BigInt(id);
  const ledgers = { dbSynced: 54_321_000, chainModified: 54_320_000, observed: 54_322_000 };
  const found = {
    ...{ streamId, field: "released_amount", dbValue: String(released - 1n), onChainValue: String(released) },
    ...{ token: contractId(3), ledger: ledgers },
  };
  const state = (amount: bigint): SideState => [2 ** 52 + id + Number(amount % 1_000n)];
  return {
    ...{ streamId, onChainId: BigInt(id), synced: ledgers.dbSynced, ledger: ledgers.observed },
    ...{ modified: ledgers.chainModified, isNamed: true, contradiction: null },
    ...{ row: state(released - 1n), entry: state(released) },
    outcome: {
      streamId,
      bucket: "unchecked",
      discrepancies: [],
      differences: [found],
      violations: [],
      errors: [],
      notices: [],
    },
  };
}

describe("suspects", () => {
  it("take less than 480 bytes each while nothing moves, also when they have been looked at again and again", () => {
    const suspects = new Suspects();
    const count = 20_000;
    for (let id = 0; id < count; id++) suspects.add(lookAt(id));
    for (let look = 2; look <= 7; look++) {
      for (const place of suspects.places()) {
        const { last: before, trail } = suspects.at(place);
        const last = { ...before, ledger: 54_322_000 + look };
        suspects.set(place, {
          last,
          trail: follow(trail, trail && before, last, 54_321_000, READING),
          looks: look,
        });
      }
    }
    expect(suspects.bytes / count).toBeLessThan(480);
    expect(suspects.at(777).last).toEqual({ ...lookAt(777), ledger: 54_322_007 });
  });

  it("are gone through in order, without those that are settled, which may be settled meanwhile", () => {
    const suspects = new Suspects(100);
    for (let id = 0; id < 300; id++) suspects.add(lookAt(id));
    for (const place of suspects.places()) if (place % 3 !== 1) suspects.settle(place);
    const left = [...suspects.places()];
    expect(left.map((place) => suspects.at(place).last.streamId)).toEqual(left.map((place) => `stream_${place}`));
    expect([left.length, suspects.count, suspects.end, left[0]]).toEqual([100, 100, 300, 1]);
  });
});
