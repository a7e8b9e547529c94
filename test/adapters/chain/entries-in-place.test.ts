import fc from "fast-check";
import { readEntriesInPlace } from "../../../src/adapters/chain/soroban-rpc/answers/entries-in-place.js";
import { keyedRequest, readLedgerEntries } from "../../../src/adapters/chain/soroban-rpc/answers/ledger-entries.js";
import { jsonRpcResult } from "../../../src/adapters/chain/soroban-rpc/json-rpc.js";
import type { EntryBatch, LedgerEntry } from "../../../src/ports/on-chain-client.js";
import { ESCROW, streamKeyBase64, streamKeyBytes } from "../../support/rpc-client.js";
import type { RpcRow } from "../../support/rpc-faults.js";
import { accountId, streamKey, streamStruct, streamVal } from "../../support/streampay-contract.js";
import { entryDataOf } from "../../support/test-ledger.js";

const ID = 7;
const LEDGER = 1000;
const IDS = [1, 2, 3, 4];
const request = keyedRequest(IDS.map(streamKeyBytes));

function rowOf(id: number): RpcRow {
  const val = streamVal(streamStruct({ id: BigInt(id), sender: accountId(id) }));
  const key = streamKey(BigInt(id));
  const entry = { contract: ESCROW, key, val, durability: "persistent", lastModified: 900, liveUntil: null } as const;
  const xdr = entryDataOf(entry).toXDR("base64");
  return {
    key: streamKeyBase64(id),
    xdr,
    lastModifiedLedgerSeq: 900 + id,
    liveUntilLedgerSeq: 5000,
    extXdr: "AAAAAA==",
  };
}

const answerOf = (rows: readonly unknown[], more: Record<string, unknown> = {}) => ({
  jsonrpc: "2.0",
  id: ID,
  result: { entries: rows, latestLedger: LEDGER },
  ...more,
});

const inPlace = (text: string | Buffer) => readEntriesInPlace(Buffer.from(text), ID, request);

/** What the careful reader makes of the same bytes; null where it finds no answer in them at all. */
function carefully(text: string | Buffer): EntryBatch | null {
  try {
    const result = jsonRpcResult(new TextDecoder().decode(Buffer.from(text)), ID, "getLedgerEntries");
    return readLedgerEntries(result, request);
  } catch {
    return null;
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** What a batch tells, in whatever form it has its entries. */
const plain = (batch: EntryBatch | null) =>
  batch === null
    ? null
    : {
        ledger: batch.ledger,
        entries: batch.entries.map((entry) => {
          if (entry?.kind !== "entry") return entry;
          const { lastModifiedLedger, liveUntilLedger, value } = entry;
          return { lastModifiedLedger, liveUntilLedger, value: hex(value) };
        }),
      };

/** The fields of every object in another order. */
const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, field]) => [name, reversed(field)]),
  );
};

const ROWS = IDS.map(rowOf);

describe("plain answers are read from their bytes, as the careful reader reads them", () => {
  it.each<[string, string]>([
    ["as a node writes them", JSON.stringify(answerOf(ROWS))],
    ["with gaps", JSON.stringify(answerOf([ROWS[1], ROWS[3]]))],
    ["without rows", JSON.stringify(answerOf([]))],
    ["with white space", `\n${JSON.stringify(answerOf(ROWS), null, "\t")}\r\n `],
    ["with their fields in another order", JSON.stringify(reversed(answerOf(ROWS)))],
    ["without a time to live", JSON.stringify(answerOf(ROWS.map(({ liveUntilLedgerSeq, extXdr, ...row }) => row)))],
    [
      "at the ends of 32 bits",
      JSON.stringify(
        answerOf(ROWS.map((row) => ({ ...row, lastModifiedLedgerSeq: 0, liveUntilLedgerSeq: 4294967295 }))),
      ),
    ],
  ])("%s", (_, text) => {
    const read = inPlace(text);
    expect(read).not.toBeNull();
    expect(plain(read)).toEqual(plain(carefully(text)));
  });

  it("whose values are of many lengths", () => {
    // Lengths of base64 that differ by what stands between a text's end and the quotes behind it.
    const lengths = Array.from({ length: 24 }, (_, i) => 4 * (i % 12) + 4 * (i % 5));
    const keys = lengths.map((_, i) => streamKeyBytes(i + 1));
    const rows = lengths.map((length, i) => ({ ...rowOf(i + 1), xdr: longer(rowOf(i + 1).xdr, length) }));
    const asked = keyedRequest(keys);
    const text = JSON.stringify(answerOf(rows));
    const read = readEntriesInPlace(Buffer.from(text), ID, asked);
    expect(read).not.toBeNull();
    expect(plain(read)).toEqual(plain(readLedgerEntries(answerOf(rows).result, asked)));
  });

  it("and tells where in its buffer each value lies", () => {
    const read = inPlace(JSON.stringify(answerOf(ROWS)))!;
    for (const entry of read.entries) {
      const { view, at, length } = (entry as LedgerEntry).place!;
      expect(hex(new Uint8Array(view.buffer, view.byteOffset + at, length))).toBe(hex((entry as LedgerEntry).value));
    }
  });
});

/** The same data with `bytes` more behind them. */
function longer(xdr: string, bytes: number): string {
  return Buffer.concat([Buffer.from(xdr, "base64"), Buffer.alloc(bytes)]).toString("base64");
}

describe("whatever is not plain is left to the careful reader", () => {
  const edited = (edit: (row: RpcRow) => object) =>
    JSON.stringify(answerOf(ROWS.map((row, i) => (i === 2 ? edit(row) : row))));
  const text = JSON.stringify(answerOf(ROWS));
  it.each<[string, string]>([
    ["an answer to another request", JSON.stringify(answerOf(ROWS, { id: 8 }))],
    ["an id in text", JSON.stringify(answerOf(ROWS, { id: "7" }))],
    ["an error beside the result", JSON.stringify(answerOf(ROWS, { error: { code: -32603, message: "no" } }))],
    ["no result", JSON.stringify({ jsonrpc: "2.0", id: ID })],
    ["no ledger", JSON.stringify(answerOf(ROWS, { result: { entries: ROWS } }))],
    ["ledger 0", JSON.stringify(answerOf(ROWS, { result: { entries: ROWS, latestLedger: 0 } }))],
    ["a ledger in text", JSON.stringify(answerOf(ROWS, { result: { entries: ROWS, latestLedger: "1000" } }))],
    ["no entries", JSON.stringify(answerOf(ROWS, { result: { latestLedger: LEDGER } }))],
    ["entries that are null", JSON.stringify(answerOf(ROWS, { result: { entries: null, latestLedger: LEDGER } }))],
    ["the result twice", text.replace('"result":', '"result":{"entries":[],"latestLedger":5},"result":')],
    ["rows in another order", JSON.stringify(answerOf([...ROWS].reverse()))],
    ["a row twice", JSON.stringify(answerOf([ROWS[0], ...ROWS]))],
    ["a row that nobody asked for", JSON.stringify(answerOf([rowOf(9)]))],
    ["a row that is null", JSON.stringify(answerOf([ROWS[0], null]))],
    ["a row without key", edited(({ key, ...row }) => row)],
    ["a row without xdr", edited(({ xdr, ...row }) => row)],
    ["a row without its last change", edited(({ lastModifiedLedgerSeq, ...row }) => row)],
    ["the data of another entry", edited((row) => ({ ...row, xdr: ROWS[0]!.xdr }))],
    ["damaged base64", edited((row) => ({ ...row, xdr: `*${row.xdr.slice(1)}` }))],
    ["a change yet to come", edited((row) => ({ ...row, lastModifiedLedgerSeq: LEDGER + 1 }))],
    ["a change in text", edited((row) => ({ ...row, lastModifiedLedgerSeq: "900" }))],
    ["a change that is no integer", edited((row) => ({ ...row, lastModifiedLedgerSeq: 900.5 }))],
    ["a change before the first ledger", edited((row) => ({ ...row, lastModifiedLedgerSeq: -1 }))],
    ["a change with an exponent", text.replace('"lastModifiedLedgerSeq":901', '"lastModifiedLedgerSeq":9e2')],
    ["a change with a zero in front", text.replace('"lastModifiedLedgerSeq":901', '"lastModifiedLedgerSeq":0901')],
    ["a time to live that is null", edited((row) => ({ ...row, liveUntilLedgerSeq: null }))],
    ["a time to live beyond 32 bits", edited((row) => ({ ...row, liveUntilLedgerSeq: 4294967296 }))],
    ["a field that is not known", edited((row) => ({ ...row, more: true }))],
    ["a field twice", text.replace('"extXdr":', '"lastModifiedLedgerSeq":5,"extXdr":')],
    ["an escape in a text", text.replace('"extXdr":"AAAAAA=="', '"extXdr":"\\u0041"')],
    ["an escape in the key", text.replace('"key":"AAAA', '"key":"\\u0041AAA')],
    ["a space behind the key", text.replace('","xdr"', ' ","xdr"')],
    ["a space before the key", text.replace('"key":"', '"key":" ')],
    ["a key cut short", text.replace(/"key":"(.{20})[^"]*"/, '"key":"$1"')],
    ["the other alphabet of base64", edited((row) => ({ ...row, extXdr: "AAAA-A==" }))],
    ["text beyond ASCII", text.replace('"extXdr":"AAAAAA=="', '"extXdr":"ä"')],
    ["a control character", text.replace('"extXdr":"AAAAAA=="', '"extXdr":"\t"')],
    ["a text without end", text.slice(0, text.indexOf("AAAAAA==") + 3)],
    ["more behind the answer", `${text}{}`],
    ["a list in place of the answer", `[${text}]`],
    ["nothing", ""],
  ])("%s", (_, answer) => expect(inPlace(answer)).toBeNull());
});

it("never reads anything else than the careful reader, however the bytes are damaged", () => {
  const text = Buffer.from(JSON.stringify(answerOf(ROWS)));
  const at = fc.oneof(
    fc.nat({ max: text.length - 1 }),
    fc.nat({ max: 200 }),
    fc.nat({ max: 200 }).map((n) => text.length - 1 - n),
  );
  const byte = fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(...Buffer.from('{}[]",:0123456789 \\\n-.eE=')));
  let recognised = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(at, byte, fc.constantFrom("set", "insert", "remove")), { minLength: 1, maxLength: 3 }),
      (edits) => {
        let damaged = Buffer.from(text);
        for (const [place, value, kind] of edits) {
          const rest = damaged.subarray(kind === "insert" ? place : place + 1);
          damaged = Buffer.concat([damaged.subarray(0, place), Buffer.from(kind === "remove" ? [] : [value]), rest]);
        }
        const read = inPlace(damaged);
        if (read === null) return;
        recognised += 1;
        expect(plain(read)).toEqual(plain(carefully(damaged)));
      },
    ),
    { numRuns: 5_000 },
  );
  // Damage within the values leaves the form as it was: it is not refusing everything that passes this test.
  expect(recognised).toBeGreaterThan(50);
});
