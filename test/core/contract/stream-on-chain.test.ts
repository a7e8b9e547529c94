import { xdr } from "@stellar/stellar-base";
import { streamLocator } from "../../../src/core/contract/stream-key.js";
import { StreamsOnChain } from "../../../src/core/contract/stream-on-chain.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { instance, smallEscrow, smallKey, smallStream } from "../../support/core-small-escrow.js";
import { contractId, streamStruct, streamVal, u64 } from "../../support/streampay-contract.js";

const recordsOf = (layout: typeof streampay) => new StreamsOnChain(layout, streamLocator(layout, contractId(9)));

describe("a stream in an entry of its own", () => {
  const records = recordsOf(streampay);

  it("is read with what the ledger says of its entry", () => {
    const entry = ledgerEntry(streamVal(streamStruct()), { lastModifiedLedger: 77, liveUntilLedger: null });
    expect(records.find(1n, entry)).toMatchObject({ kind: "stream", modified: 77, liveUntil: null });
  });

  it("is missing only when the ledger has no entry", () => {
    expect(records.find(1n, null)).toEqual({ kind: "missing" });
  });

  it("hands a fault of the source on as it is", () => {
    const fault = { kind: "fault", code: "entry_malformed", message: "y" } as const;
    expect(records.find(1n, fault)).toEqual(fault);
  });

  it.each([
    ["cut XDR", { value: Uint8Array.of(0, 0, 0) }, "entry_undecodable", /cannot be decoded: the value ends after 3/],
    ["an arm of a later protocol", { value: Uint8Array.of(0, 0, 0, 99) }, "entry_undecodable", /arm 99/],
  ])("is a fault, never missing, with %s", (_what, more, code, message) => {
    const found = records.find(1n, ledgerEntry(u64(1n), more));
    expect(found).toEqual({ kind: "fault", code, message: expect.stringMatching(message) });
  });

  it("is a fault when the value is no struct of the layout", () => {
    expect(records.find(1n, ledgerEntry(u64(1n)))).toMatchObject({ kind: "fault", code: "entry_unreadable" });
  });

  it("lets a bug through, so that it cannot pass for a bad entry", () => {
    expect(() => records.find(1n, { ...ledgerEntry(u64(1n)), value: null as unknown as Uint8Array })).toThrow(
      TypeError,
    );
  });
});

describe("a stream inside the contract's instance", () => {
  const counter = [xdr.ScVal.scvSymbol("next_id"), xdr.ScVal.scvU32(3)] as const;
  const entry = ledgerEntry(
    instance([counter, [smallKey(1), smallStream(100n)], [smallKey(2), smallStream(-200n)], [smallKey(3), u64(1n)]]),
    { lastModifiedLedger: 55 },
  );
  const balance = (found: ReturnType<StreamsOnChain["find"]>) =>
    found.kind === "stream" ? found.stream.get("balance")?.value : found;

  it("is found by the key inside the storage, next to other values", () => {
    const records = recordsOf(smallEscrow);
    expect([1n, 2n, 1n].map((id) => balance(records.find(id, entry)))).toEqual([100n, -200n, 100n]);
    expect(records.find(2n, entry)).toMatchObject({ kind: "stream", modified: 55, liveUntil: 100_000 });
  });

  it("is missing when the storage does not have it, when there is no storage, and when there is no instance", () => {
    const records = recordsOf(smallEscrow);
    expect(records.find(4n, entry)).toEqual({ kind: "missing" });
    expect(records.find(1n, ledgerEntry(instance(null)))).toEqual({ kind: "missing" });
    expect(records.find(1n, ledgerEntry(instance([])))).toEqual({ kind: "missing" });
    expect(records.find(1n, null)).toEqual({ kind: "missing" });
  });

  it("is read anew from each batch's entry, never from an earlier one", () => {
    const records = recordsOf(smallEscrow);
    const later = ledgerEntry(instance([[smallKey(1), smallStream(999n)]]), { lastModifiedLedger: 56 });
    expect([entry, later, entry].map((from) => balance(records.find(1n, from)))).toEqual([100n, 999n, 100n]);
    expect(records.find(2n, later)).toEqual({ kind: "missing" });
  });

  it("fails alone when its own value is no stream", () => {
    const records = recordsOf(smallEscrow);
    expect(records.find(3n, entry)).toMatchObject({ kind: "fault", code: "entry_unreadable" });
    expect(balance(records.find(1n, entry))).toBe(100n);
  });

  it("is a fault when the entry is no instance, or cannot be decoded", () => {
    const records = recordsOf(smallEscrow);
    expect(records.find(1n, ledgerEntry(smallStream(1n)))).toEqual({
      kind: "fault",
      code: "entry_unreadable",
      message: "expected a contract instance, found map",
    });
    const cut = { ...entry, value: entry.value.subarray(0, -4) };
    expect(records.find(1n, cut)).toMatchObject({ kind: "fault", code: "entry_undecodable" });
  });

  it("is found in a storage with keys as long as an entry may be, and longer", () => {
    const long = xdr.ScVal.scvBytes(Buffer.alloc(300_000, 1));
    const large = ledgerEntry(
      instance([
        [long, u64(1n)],
        [smallKey(1), smallStream(100n)],
      ]),
    );
    expect(balance(recordsOf(smallEscrow).find(1n, large))).toBe(100n);
  });
});
