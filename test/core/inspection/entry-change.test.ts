import { xdr } from "@stellar/stellar-base";
import { streamLocator } from "../../../src/core/contract/stream-key.js";
import { entryChange } from "../../../src/core/inspection/entry-change.js";
import { encodeScVal } from "../../../src/core/xdr/encode.js";
import { streampay } from "../../../src/presets/streampay.js";
import { contractId, putStream, streamStruct, streamVal, unitVariant } from "../../support/streampay-contract.js";
import { happen } from "../../support/streampay-history.js";
import { entryDataOf, TestLedger } from "../../support/test-ledger.js";

const CONTRACT = contractId(5);
const locator = streamLocator(streampay, CONTRACT);
const before = streamStruct({ id: 7n });
const after = { ...before, released_amount: 1_500n, status: "Paused" };

function metaOf(happening: { before?: typeof before | null; after?: typeof before | null }): Uint8Array {
  const ledger = new TestLedger();
  putStream(ledger, CONTRACT, before);
  return Uint8Array.from(happen(ledger, CONTRACT, { ledger: 900, call: "withdraw", ...happening }).meta.toXDR());
}

const changeIn = (meta: Uint8Array, id = 7n) => entryChange(meta, locator.ledgerKey(id), null, streampay);

describe("entryChange()", () => {
  it("tells each field that a transaction changed, in the layout's order", () => {
    expect(changeIn(metaOf({ before, after }))).toEqual({
      kind: "updated",
      fields: [
        { field: "released_amount", before: "1000", after: "1500" },
        { field: "status", before: "Active", after: "Paused" },
      ],
    });
  });

  it("tells a stream that was created", () => {
    const change = changeIn(metaOf({ after }));
    expect(change?.kind).toBe("created");
    expect(change?.fields).toContainEqual({ field: "total_amount", before: null, after: "2000" });
  });

  it("tells a stream that was removed", () => {
    const change = changeIn(metaOf({ before, after: null }));
    expect(change?.kind).toBe("removed");
    expect(change?.fields).toContainEqual({ field: "status", before: "Active", after: null });
  });

  it("finds nothing of another stream, nor in an empty meta", () => {
    expect(changeIn(metaOf({ before, after }), 8n)).toBeNull();
    expect(changeIn(new Uint8Array())).toBeNull();
  });

  it("finds nothing where the key only stands in a footprint", () => {
    const key = locator.ledgerKey(7n);
    expect(changeIn(Uint8Array.of(0, 0, 0, 1, ...key, 0, 0, 0, 0))).toBeNull();
  });

  it("does not decide what an entry means that is no stream", () => {
    const val = xdr.ScVal.scvU32(7);
    const entry = entryOf(val);
    const changes = [xdr.LedgerEntryChange.ledgerEntryState(entry), xdr.LedgerEntryChange.ledgerEntryUpdated(entry)];
    expect(changeIn(changesXdr(changes))).toEqual({ kind: "updated", fields: [] });
  });

  it("tells an entry that was restored", () => {
    const entry = entryOf(streamVal(before));
    expect(changeIn(changesXdr([xdr.LedgerEntryChange.ledgerEntryRestored(entry)]))?.kind).toBe("restored");
  });

  it("looks into the instance's storage where streams are kept there", () => {
    const layout = { ...streampay, stream: { ...streampay.stream, storage: "instance" as const } };
    const inside = streamLocator(layout, CONTRACT);
    const instance = (stream: typeof before) =>
      xdr.ScVal.scvContractInstance(
        new xdr.ScContractInstance({
          executable: xdr.ContractExecutable.contractExecutableStellarAsset(),
          storage: [
            new xdr.ScMapEntry({ key: unitVariant("Other"), val: xdr.ScVal.scvU32(1) }),
            new xdr.ScMapEntry({ key: xdr.ScVal.fromXDR(Buffer.from(inside.innerKey(7n)!)), val: streamVal(stream) }),
          ],
        }),
      );
    const key = xdr.ScVal.scvLedgerKeyContractInstance();
    const meta = changesXdr([
      xdr.LedgerEntryChange.ledgerEntryState(entryOf(instance(before), key)),
      xdr.LedgerEntryChange.ledgerEntryUpdated(entryOf(instance(after), key)),
    ]);
    expect(entryChange(meta, inside.ledgerKey(7n), inside.innerKey(7n), layout)?.fields).toHaveLength(2);
    // Another stream's change rewrites the same entry.
    const other = encodeScVal({ type: "vec", value: [{ type: "symbol", value: "Other" }] });
    expect(entryChange(meta, inside.ledgerKey(7n), other, layout)).toBeNull();
  });
});

function entryOf(val: xdr.ScVal, key = xdr.ScVal.fromXDR(Buffer.from(encodeScVal(STREAM_KEY)))): xdr.LedgerEntry {
  const data = entryDataOf({
    contract: CONTRACT,
    key,
    val,
    durability: "persistent",
    lastModified: 1,
    liveUntil: null,
  });
  return new xdr.LedgerEntry({ lastModifiedLedgerSeq: 899, data, ext: new xdr.LedgerEntryExt(0) });
}

const STREAM_KEY = {
  type: "vec",
  value: [
    { type: "symbol", value: "Stream" },
    { type: "u64", value: 7n },
  ],
} as const;

const changesXdr = (changes: readonly xdr.LedgerEntryChange[]) =>
  Uint8Array.from(Buffer.concat([Buffer.from([0, 0, 0, changes.length]), ...changes.map((change) => change.toXDR())]));
