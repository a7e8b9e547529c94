import { createHash } from "node:crypto";
import type { xdr } from "@stellar/stellar-base";
import type { LedgerEntry, OnChainClient } from "../../src/ports/on-chain-client.js";
import { accountId, contractId, putStream, streamKey, streamStruct, streamVal } from "../support/streampay-contract.js";
import { ledgerKeyOf, TestLedger } from "../support/test-ledger.js";

export interface OpenedClient {
  readonly client: OnChainClient;
  /** Closes the client and whatever serves it. */
  close(): Promise<void>;
}

export interface OnChainClientTraits {
  readonly isStatic: boolean;
  /** Whether the source keeps liveUntil; one that does not must answer null. Default true. */
  readonly tellsLiveUntil?: boolean;
  /** Whether the source names the passphrase; one that does not must answer null. Default true. */
  readonly tellsPassphrase?: boolean;
}

const CONTRACT = contractId(9);

/** What every OnChainClient must do. `open` serves the given ledger as it is when called. */
export function onChainClientContract(
  name: string,
  open: (ledger: TestLedger) => Promise<OpenedClient>,
  traits: OnChainClientTraits,
): void {
  describe(`${name} fulfils the OnChainClient port`, () => {
    let ledger: TestLedger;
    let opened: OpenedClient;

    /** Streams 1 to 300 but for every seventh; an archived one, one whose liveUntil is unknown. */
    beforeAll(async () => {
      ledger = new TestLedger();
      for (let id = 1; id <= 300; id += 1) {
        if (id % 7 === 0) continue;
        const liveUntil = id === 1 ? 0 : id === 2 ? null : 200_000 + id;
        putStream(ledger, CONTRACT, stream(id), { lastModified: 500 + id, liveUntil });
      }
      // The same key in another contract and in other storage is another entry.
      putStream(ledger, contractId(10), streamStruct({ id: 7n, sender: accountId(77) }));
      ledger.set({ contract: CONTRACT, key: streamKey(14n), val: streamVal(stream(14)), durability: "temporary" });
      opened = await open(ledger);
    });

    afterAll(() => opened.close());

    it("describes the source", async () => {
      expect(await opened.client.describe()).toEqual({
        passphrase: (traits.tellsPassphrase ?? true) ? ledger.passphrase : null,
        networkId: createHash("sha256").update(ledger.passphrase).digest("hex"),
        latestLedger: ledger.sequence,
        closeTime: BigInt(ledger.closeTime),
        isStatic: traits.isStatic,
        readsAtATime: expect.any(Number),
      });
    });

    it("says how far it is, and when that ledger closed", async () => {
      const head = { ledger: ledger.sequence, closeTime: BigInt(ledger.closeTime) };
      expect(await opened.client.latestLedger()).toEqual(head);
    });

    it("reads one entry, its value byte for byte", async () => {
      const batch = await opened.client.readEntries([keyOf(3)]);
      expect(batch.ledger).toBe(ledger.sequence);
      expect(batch.entries).toHaveLength(1);
      const entry = batch.entries[0] as LedgerEntry;
      expect(entry.kind).toBe("entry");
      expect(hex(entry.value)).toBe(hex(streamVal(stream(3)).toXDR()));
      expect(entry.lastModifiedLedger).toBe(503);
      expect(entry.liveUntilLedger).toBe((traits.tellsLiveUntil ?? true) ? 200_003 : null);
    });

    it("tells a liveUntil of 0 from one that is not known", async () => {
      const { entries } = await opened.client.readEntries([keyOf(1), keyOf(2)]);
      const [archived, unknown] = entries as LedgerEntry[];
      expect(archived?.liveUntilLedger).toBe((traits.tellsLiveUntil ?? true) ? 0 : null);
      expect(unknown?.liveUntilLedger).toBeNull();
    });

    it("answers null for an entry that is not there, whatever other contract or storage has under that key", async () => {
      expect((await opened.client.readEntries([keyOf(7)])).entries).toEqual([null]);
      expect((await opened.client.readEntries([keyOf(14), keyOf(99_999)])).entries).toEqual([null, null]);
    });

    it("aligns as many entries as it takes with the keys, absent ones between", async () => {
      const ids = Array.from({ length: Math.min(200, opened.client.maxKeysPerRead) }, (_, i) => i + 1);
      await expectStreams(opened.client, ids);
    });

    it("answers in the order of the keys, whatever that is", async () => {
      const ids = [250, 3, 7, 299, 14, 1, 100, 21, 2];
      await expectStreams(opened.client, ids);
      await expectStreams(opened.client, ids.reverse());
    });

    it("answers reads that run side by side apart", async () => {
      await Promise.all(
        [0, 1, 2, 3, 4].map((part) => {
          const ids = Array.from({ length: 50 }, (_, i) => part * 50 + i + 1);
          return expectStreams(opened.client, ids);
        }),
      );
    });

    it("rejects with the signal's reason when aborted", async () => {
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      await expect(opened.client.readEntries([keyOf(1)], { signal })).rejects.toBe(reason);
      await expect(opened.client.describe({ signal })).rejects.toBe(reason);
      await expectStreams(opened.client, [1]);
    });

    it("can be closed twice", async () => {
      const other = await open(ledger);
      await other.client.describe();
      await other.client.close();
      await other.close();
    });
  });
}

const stream = (id: number) =>
  streamStruct({ id: BigInt(id), sender: accountId(id), total_amount: BigInt(id) * 10n ** 20n });

function keyOf(id: number): Uint8Array {
  const key: xdr.ScVal = streamKey(BigInt(id));
  return new Uint8Array(ledgerKeyOf({ contract: CONTRACT, key, durability: "persistent" }).toXDR());
}

async function expectStreams(client: OnChainClient, ids: readonly number[]): Promise<void> {
  const { entries } = await client.readEntries(ids.map(keyOf));
  const found = entries.map((entry) => (entry?.kind === "entry" ? hex(entry.value) : entry));
  expect(found).toEqual(ids.map((id) => (id % 7 === 0 ? null : hex(streamVal(stream(id)).toXDR()))));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
