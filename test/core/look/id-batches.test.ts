import fc from "fast-check";
import { streamLocator } from "../../../src/core/contract/stream-key.js";
import { idBatches } from "../../../src/core/look/id-batches.js";
import { instanceKey } from "../../../src/core/xdr/ledger-key.js";
import { streampay } from "../../../src/presets/streampay.js";
import { CONTRACT } from "../../support/core-run.js";
import { smallEscrow } from "../../support/core-small-escrow.js";

const own = streamLocator(streampay, CONTRACT);
const shared = streamLocator(smallEscrow, CONTRACT);

async function batchesOf(count: number, maxKeys: number, locator = own) {
  const ids = Array.from({ length: count }, (_, i) => BigInt(i + 1));
  const batches: { ids: readonly bigint[]; keys: readonly Uint8Array[] }[] = [];
  for await (const batch of idBatches(ids, locator, maxKeys)) batches.push(batch);
  return batches;
}

describe("batches of ids", () => {
  it("hold every id once, in order, with its own key, and no more than a request may carry", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 50 }), fc.integer({ min: 1, max: 9 }), async (count, maxKeys) => {
        const batches = await batchesOf(count, maxKeys);
        const ids = batches.flatMap((batch) => batch.ids);
        expect(ids).toEqual(Array.from({ length: count }, (_, i) => BigInt(i + 1)));
        expect(batches.flatMap(({ keys }) => keys)).toEqual(ids.map((id) => own.ledgerKey(id)));
        for (const { keys } of batches) expect(keys.length).toBeLessThanOrEqual(maxKeys);
        expect(batches).toHaveLength(Math.ceil(count / maxKeys));
      }),
    );
  });

  it("ask once for the one entry that all streams share, however many they are", async () => {
    const batches = await batchesOf(450, 200, shared);
    expect(batches.every(({ keys }) => keys.length === 1)).toBe(true);
    expect(batches.flatMap(({ ids }) => ids)).toHaveLength(450);
    expect(batches[0]!.keys[0]).toEqual(instanceKey(CONTRACT));
  });

  it("are none where there are no ids", async () => {
    expect(await batchesOf(0, 5)).toEqual([]);
  });
});
