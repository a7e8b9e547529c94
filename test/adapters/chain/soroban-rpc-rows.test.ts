import { xdr } from "@stellar/stellar-base";
import fc from "fast-check";
import type { EntryFault, LedgerEntry } from "../../../src/ports/on-chain-client.js";
import { ESCROW, type RpcSetup, setUpRpc, streamKeyBase64, streamKeyBytes } from "../../support/rpc-client.js";
import { type RpcRow, type RpcServerFault, rowFaults } from "../../support/rpc-faults.js";
import { accountId, streamKey, streamStruct, streamVal } from "../../support/streampay-contract.js";
import { entryDataOf } from "../../support/test-ledger.js";

const IDS = [1, 2, 3];
const KEY_2 = streamKeyBase64(2);
const valueHex = (id: number) => streamVal(streamStruct({ id: BigInt(id), sender: accountId(id) })).toXDR("hex");
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
let rpc: RpcSetup;

beforeAll(async () => {
  rpc = await setUpRpc(IDS);
});
beforeEach(() => rpc.server.clearFaults());
afterAll(() => rpc.close());

/** What came back for streams 1, 2 and 3, or for the given ones: the value in hex, null, or the fault's code. */
async function answers(fault: RpcServerFault, ids: readonly number[] = IDS): Promise<(string | null)[]> {
  rpc.server.fault({ fault });
  const { entries } = await rpc.client.readEntries(ids.map(streamKeyBytes));
  return entries.map((entry) => (entry?.kind === "entry" ? hex(entry.value) : (entry?.code ?? null)));
}

async function second(fault: RpcServerFault): Promise<LedgerEntry | EntryFault | null | undefined> {
  rpc.server.fault({ fault });
  return (await rpc.client.readEntries(IDS.map(streamKeyBytes))).entries[1];
}

const editXdr = (edit: (data: Buffer) => Buffer): RpcServerFault => ({
  kind: "rows",
  edit: (rows) =>
    rows.map((row) =>
      row.key === KEY_2 ? { ...row, xdr: edit(Buffer.from(row.xdr, "base64")).toString("base64") } : row,
    ),
});

describe("a row that cannot be trusted is a fault of its entry alone", () => {
  const account = xdr.LedgerEntryData.ttl(new xdr.TtlEntry({ keyHash: Buffer.alloc(32), liveUntilLedgerSeq: 5 })).toXDR(
    "base64",
  );
  it.each<[string, string, RegExp, RpcServerFault]>([
    ["malformed base64", "entry_malformed", /not valid base64: "\*AAA/, rowFaults.malformedBase64(KEY_2)],
    ["base64 cut short", "entry_malformed", /not valid base64/, rowFaults.xdr("AAAABgAAAAA", KEY_2)],
    ["no xdr", "entry_malformed", /its xdr is nothing/, rowFaults.xdr(undefined as never, KEY_2)],
    ["an empty xdr", "entry_malformed", /has only 0 bytes/, rowFaults.xdr("", KEY_2)],
    ["an entry of another type", "entry_malformed", /of type 9, not contract data/, rowFaults.xdr(account, KEY_2)],
    ["an unknown extension", "entry_malformed", /extension \(1\)/, editXdr((data) => data.fill(1, 7, 8))],
    ["an xdr that ends in its key", "entry_key_mismatch", /a different entry/, editXdr((data) => data.subarray(0, 40))],
    [
      "an xdr without value",
      "entry_malformed",
      /leaves 0 bytes/,
      editXdr((d) => d.subarray(0, streamKeyBytes(2).length + 4)),
    ],
    [
      "an xdr with bytes to spare",
      "entry_malformed",
      /not a positive multiple of 4/,
      editXdr((d) => Buffer.concat([d, Buffer.alloc(1)])),
    ],
    [
      "no lastModifiedLedgerSeq",
      "entry_malformed",
      /lastModifiedLedgerSeq is nothing/,
      rowFaults.lastModified(undefined, KEY_2),
    ],
    ["a lastModifiedLedgerSeq in words", "entry_malformed", /is "1_000"/, rowFaults.lastModified("1_000", KEY_2)],
    ["a fraction of a ledger", "entry_malformed", /is 1\.5/, rowFaults.lastModified(1.5, KEY_2)],
    ["a negative ledger", "entry_malformed", /is -1/, rowFaults.lastModified(-1, KEY_2)],
    [
      "a modification yet to come",
      "entry_from_the_future",
      /1001, after .* \(1000\)/,
      rowFaults.lastModified(1001, KEY_2),
    ],
    [
      "a liveUntil that is no number",
      "entry_malformed",
      /liveUntilLedgerSeq is "soon"/,
      rowFaults.liveUntil("soon", KEY_2),
    ],
  ])("%s", async (_, code, message, fault) => {
    const found = (await answers(fault))[1];
    expect(found).toBe(code);
    expect(((await second(fault)) as EntryFault).message).toMatch(message);
    rpc.server.clearFaults();
    expect(await answers(fault)).toEqual([valueHex(1), code, valueHex(3)]);
  });

  it("data of another entry, however alike", async () => {
    const other = entryDataOf({
      contract: ESCROW,
      key: streamKey(1n),
      val: streamVal(streamStruct()),
      durability: "persistent",
      lastModified: 1,
      liveUntil: null,
    });
    expect(await answers(rowFaults.xdr(other.toXDR("base64"), KEY_2))).toEqual([
      valueHex(1),
      "entry_key_mismatch",
      valueHex(3),
    ]);
    expect(await answers(rowFaults.swappedXdr())).toEqual(Array(3).fill("entry_key_mismatch"));
  });

  it("two rows for one key, even when they are equal", async () => {
    const twice: RpcServerFault = {
      kind: "rows",
      edit: (rows) => [...rows, rows.find((row) => row.key === KEY_2)],
    };
    expect(await answers(twice)).toEqual([valueHex(1), "entry_duplicate", valueHex(3)]);
    expect(await answers(rowFaults.duplicated())).toEqual(Array(3).fill("entry_duplicate"));
  });
});

describe("rows are matched by key", () => {
  it("in any order", async () => {
    expect(await answers(rowFaults.reversed())).toEqual(IDS.map(valueHex));
  });

  it("with gaps", async () => {
    expect(await answers(rowFaults.dropped(KEY_2))).toEqual([valueHex(1), null, valueHex(3)]);
  });

  it("by its bytes, whatever form of base64 it has", async () => {
    const form = KEY_2.replace(/.{76}/g, "$&\r\n");
    expect(form).not.toBe(KEY_2);
    expect(await answers(rowFaults.wrongKey(form, KEY_2))).toEqual(IDS.map(valueHex));
  });

  it("and one key that nobody asked for makes absence doubtful, for the keys without a row", async () => {
    expect(await answers(rowFaults.wrongKey(streamKeyBase64(99), KEY_2))).toEqual([
      valueHex(1),
      "entry_unanswered",
      valueHex(3),
    ]);
    const extra: RpcServerFault = { kind: "rows", edit: (rows) => [...rows, { ...rows[0], key: streamKeyBase64(99) }] };
    expect(await answers(extra, [1, 77])).toEqual([valueHex(1), "entry_unanswered"]);
    expect(await answers(extra)).toEqual(IDS.map(valueHex));
  });

  it.each([
    ["null", null],
    ["a text", "row"],
    ["without key", {}],
    ["a key that is no text", { key: 7 }],
  ])("and a row that is %s makes absence doubtful too", async (_, row) => {
    const fault: RpcServerFault = { kind: "rows", edit: (rows) => [...rows, row] };
    expect(await answers(fault, [1, 77])).toEqual([valueHex(1), "entry_unanswered"]);
  });
});

describe("ledger numbers of a row", () => {
  it.each([
    [0, 0],
    ["0", 0],
    [4294967295, 4294967295],
    ["4294967295", 4294967295],
    [null, null],
    [undefined, null],
  ])("liveUntilLedgerSeq %j is %j", async (told, expected) => {
    expect(await second(rowFaults.liveUntil(told, KEY_2))).toMatchObject({ kind: "entry", liveUntilLedger: expected });
  });

  it.each([
    ["999", 999],
    [1000, 1000],
    [0, 0],
  ])("lastModifiedLedgerSeq %j is %j", async (told, expected) => {
    expect(await second(rowFaults.lastModified(told, KEY_2))).toMatchObject({ lastModifiedLedger: expected });
  });
});

describe("answers as published", () => {
  // Stellar's documentation of getLedgerEntries: the row's key is a TTL key, its xdr the contract data asked for.
  const key =
    "AAAABgAAAAHMA/50/Q+w3Ni8UXWm/trxFBfAfl6De5kFttaMT0/ACwAAABAAAAABAAAAAgAAAA8AAAAHQ291bnRlcgAAAAASAAAAAAAAAAAg4dbAxsGAGICfBG3iT2cKGYQ6hK4sJWzZ6or1C5v6GAAAAAE=";
  const row = {
    key: "AAAAB+qfy4GuVKKfazvyk4R9P9fpo2n9HICsr+xqvVcTF+DC",
    xdr: "AAAABgAAAAAAAAABzAP+dP0PsNzYvFF1pv7a8RQXwH5eg3uZBbbWjE9PwAsAAAAQAAAAAQAAAAIAAAAPAAAAB0NvdW50ZXIAAAAAEgAAAAAAAAAAIOHWwMbBgBiAnwRt4k9nChmEOoSuLCVs2eqK9Qub+hgAAAABAAAAAwAAAAw=",
    lastModifiedLedgerSeq: 2552504,
  };
  const readOne = async (base64: string, entries: unknown[], latestLedger: unknown) => {
    const fresh = await setUpRpc();
    fresh.server.fault({ fault: { kind: "result", edit: () => ({ entries, latestLedger }) } });
    const batch = await fresh.client.readEntries([new Uint8Array(Buffer.from(base64, "base64"))]);
    await fresh.close();
    return batch;
  };

  it("a row whose key does not belong to its xdr is not taken for an absent entry", async () => {
    const { entries } = await readOne(key, [row], 2552990);
    expect(entries).toMatchObject([{ kind: "fault", code: "entry_unanswered" }]);
  });

  it("the same row under its own key is read", async () => {
    const { entries, ledger } = await readOne(key, [{ ...row, key }], "2552990");
    expect(ledger).toBe(2552990);
    expect(entries).toMatchObject([{ kind: "entry", lastModifiedLedger: 2552504, liveUntilLedger: null }]);
    expect(hex((entries[0] as LedgerEntry).value)).toBe(xdr.ScVal.scvU32(12).toXDR("hex"));
  });
});

/** What a hostile or confused gateway may do to rows. */
const rowEdits: fc.Arbitrary<(rows: readonly RpcRow[]) => unknown[]> = fc.oneof(
  fc.array(fc.nat(), { minLength: 24, maxLength: 24 }).map((weights) => (rows: readonly RpcRow[]) => {
    const weightOf = new Map(rows.map((row, i) => [row, weights[i] ?? 0]));
    return [...rows].sort((a, b) => weightOf.get(a)! - weightOf.get(b)!);
  }),
  fc
    .nat()
    .map((n) => (rows: readonly RpcRow[]) => rows.map((row, i) => ({ ...row, xdr: rows[(i + n) % rows.length]!.xdr }))),
  fc
    .nat()
    .map((n) => (rows: readonly RpcRow[]) => rows.map((row, i) => ({ ...row, key: rows[(i + n) % rows.length]!.key }))),
  fc
    .nat()
    .map((n) => (rows: readonly RpcRow[]) => rows.flatMap((row, i) => (i === n % rows.length ? [row, row] : [row]))),
  fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([n, at, flip]) =>
      (rows: readonly RpcRow[]) =>
        rows.map((row, i) => {
          if (i !== n % rows.length) return row;
          const header = Buffer.from(row.xdr, "base64");
          // Within type, extension, contract and the start of the key. The id itself is spared: data that names the wrong
          // stream without a flaw is a forgery, which no check of form can see.
          const byte = at % 76;
          header[byte] = header[byte]! ^ flip;
          return { ...row, xdr: header.toString("base64") };
        }),
  ),
);

describe("whatever happens to the rows", () => {
  it("an entry is never swapped, invented or taken for absent", async () => {
    const streams = Array.from({ length: 12 }, (_, i) => i + 1);
    const present = streams.filter((id) => id % 3 !== 0);
    const fresh = await setUpRpc(present);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(streams, { minLength: 1 }),
        fc.array(rowEdits, { maxLength: 2 }),
        async (ids, edits) => {
          fresh.server.clearFaults();
          const edit = (rows: readonly RpcRow[]) =>
            edits.reduce<readonly unknown[]>(
              (edited, next) => (edited.length === 0 ? [] : next(edited as RpcRow[])),
              rows,
            );
          fresh.server.fault({ fault: { kind: "rows", edit } });
          const { entries } = await fresh.client.readEntries(ids.map(streamKeyBytes));
          expect(entries).toHaveLength(ids.length);
          ids.forEach((id, i) => {
            const entry = entries[i];
            if (entry === null) expect(id % 3).toBe(0);
            if (entry?.kind === "entry") expect(hex(entry.value)).toBe(valueHex(id));
            if (id % 3 === 0) expect(entry?.kind).not.toBe("entry");
          });
          if (edits.length === 0) {
            expect(entries.map((entry) => entry !== null)).toEqual(ids.map((id) => id % 3 !== 0));
          }
        },
      ),
      { numRuns: 200 },
    );
    await fresh.close();
  });
});
