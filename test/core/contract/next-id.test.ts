import { xdr } from "@stellar/stellar-base";
import { type NextId, readBeyondCounter, readNextId } from "../../../src/core/contract/next-id.js";
import type { EntryFault, LedgerEntry } from "../../../src/ports/on-chain-client.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { MemoryChain } from "../../support/core-memory-chain.js";
import { CONTRACT } from "../../support/core-run.js";
import { smallEscrow, instance as smallInstance, smallKey, smallStream } from "../../support/core-small-escrow.js";
import { countingInstance } from "../../support/moving-entries.js";
import { i128, streamKey, u64, unitVariant } from "../../support/streampay-contract.js";

const counting = { ...streampay, nextId: streampay.nextId! };
const instance = { contract: CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() };
const fault: EntryFault = { kind: "fault", code: "entry_malformed", message: "the node says odd things" };

const read = (entry: LedgerEntry | EntryFault | null, nextId: Partial<typeof counting.nextId> = {}) => {
  const chain = new MemoryChain();
  chain.set(instance, entry);
  return readNextId(chain, { ...counting, nextId: { ...counting.nextId, ...nextId } }, CONTRACT, {});
};
const known = (nextId: bigint, firstId = 1n): NextId => ({ kind: "known", nextId, firstId, ledger: 1000 });

describe("the counter in the contract's instance", () => {
  it.each<[string, xdr.ScVal, bigint]>([
    ["u32", xdr.ScVal.scvU32(4_294_967_295), 4_294_967_295n],
    ["u64", u64(18_446_744_073_709_551_615n), 18_446_744_073_709_551_615n],
    [
      "u128",
      xdr.ScVal.scvU128(new xdr.UInt128Parts({ hi: xdr.Uint64.fromString("1"), lo: xdr.Uint64.fromString("0") })),
      1n << 64n,
    ],
  ])("may be a %s", async (_type, value, nextId) => {
    expect(await read(ledgerEntry(countingInstance(value)))).toEqual(known(nextId));
  });

  it.each([
    ["an i128", i128(5n), "found i128 5"],
    ["a symbol", xdr.ScVal.scvSymbol("five"), "found symbol five"],
    ["nothing", xdr.ScVal.scvVoid(), "found None"],
  ])("is unknown when it is %s", async (_type, value, message) => {
    expect(await read(ledgerEntry(countingInstance(value)))).toEqual({
      kind: "unknown",
      message: `the contract's counter of streams cannot be read: expected an unsigned integer, ${message}`,
    });
  });

  it("goes by the name of the deployment, and the newest name counts", async () => {
    expect(await read(ledgerEntry(countingInstance(5n, "NextStreamId")))).toEqual(known(5n));
    const both = xdr.ScVal.scvContractInstance(
      new xdr.ScContractInstance({
        executable: xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32)),
        storage: [
          new xdr.ScMapEntry({ key: unitVariant("NextStreamId"), val: u64(5n) }),
          new xdr.ScMapEntry({ key: unitVariant("StreamCount"), val: u64(6n) }),
        ],
      }),
    );
    expect(await read(ledgerEntry(both))).toEqual(known(6n));
    expect(await read(ledgerEntry(countingInstance(5n, "AnotherName")))).toEqual({
      ...known(1n),
      absence: expect.stringContaining(
        'at ["StreamCount"] or ["NextStreamId"], as if it had no streams; it keeps: ["AnotherName"].',
      ),
    });
  });

  it("is not there before the first stream: the first id is next", async () => {
    const absence = expect.stringContaining("it keeps: nothing.");
    const none = (nextId: bigint, firstId?: bigint) => ({ ...known(nextId, firstId), absence });
    expect(await read(ledgerEntry(countingInstance(null)))).toEqual(none(1n));
    expect(await read(ledgerEntry(countingInstance(null)), { firstId: "0" })).toEqual(none(0n, 0n));
    expect(await read(ledgerEntry(countingInstance(null)), { holds: "last" })).toEqual(none(1n));
  });

  it("tells what the instance keeps instead, though not all of it", async () => {
    const keys = [
      ...[
        xdr.ScVal.scvSymbol("Admin"),
        xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), u64(7n)]),
        xdr.ScVal.scvU32(3),
      ],
      ...[xdr.ScVal.scvLedgerKeyContractInstance(), xdr.ScVal.scvBytes(Buffer.from([1]))],
      ...Array.from({ length: 9 }, (_, i) => xdr.ScVal.scvSymbol(`K${i}`)),
    ];
    const instance = xdr.ScVal.scvContractInstance(
      new xdr.ScContractInstance({
        executable: xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32)),
        storage: keys.map((key) => new xdr.ScMapEntry({ key, val: u64(1n) })),
      }),
    );
    const { absence = "" } = (await read(ledgerEntry(instance))) as { absence?: string };
    expect(absence).toContain(
      'it keeps: "Admin", ["Stream", {"u64": "7"}], {"u32": "3"}, ledger key contract instance, bytes, "K0"',
    );
    expect(absence).toContain('"K6" and 2 more. If one of these');
  });

  it("may hold the last id instead of the next", async () => {
    expect(await read(ledgerEntry(countingInstance(7n)), { holds: "last" })).toEqual(known(8n));
    expect(await read(ledgerEntry(countingInstance(7n)), { holds: "next" })).toEqual(known(7n));
  });

  it("is unknown when the entry cannot be trusted, decoded, or is no instance", async () => {
    expect(await read(fault)).toEqual({ kind: "unknown", message: "the node says odd things" });
    expect(await read(ledgerEntry(u64(5n)))).toMatchObject({
      kind: "unknown",
      message: expect.stringMatching(/expected a contract instance, found u64 5$/),
    });
    const garbage = { ...ledgerEntry(u64(5n)), value: Uint8Array.of(0, 0, 0, 99) };
    expect(await read(garbage)).toMatchObject({ kind: "unknown", message: expect.stringMatching(/cannot be read: /) });
  });

  it("is absent when the ledger does not have the contract", async () => {
    expect(await read(null)).toEqual({
      ...{ kind: "absent", firstId: 1n, ledger: 1000 },
      message: `the ledger holds no contract ${CONTRACT}: its instance entry is missing`,
    });
  });
});

describe("the counter in entries of its own", () => {
  const names = [unitVariant("StreamCount"), unitVariant("NextStreamId")];
  let own: LedgerEntry | EntryFault | null;
  beforeEach(() => {
    own = ledgerEntry(countingInstance(null));
  });
  const readOwn = (...entries: (LedgerEntry | EntryFault | null)[]) => {
    const chain = new MemoryChain();
    chain.set(instance, own);
    for (const [i, entry] of entries.entries()) chain.set({ contract: CONTRACT, key: names[i]! }, entry);
    return readNextId(chain, { ...counting, nextId: { ...counting.nextId, storage: "persistent" } }, CONTRACT, {});
  };

  it("is the first of the names that is there", async () => {
    expect(await readOwn(ledgerEntry(u64(5n)), ledgerEntry(u64(6n)))).toEqual(known(5n));
    expect(await readOwn(null, ledgerEntry(u64(6n)))).toEqual(known(6n));
  });

  it.each([
    ["can be read", ledgerEntry(countingInstance(9n))],
    ["cannot be trusted", fault],
  ])("is not there before the first stream, in a contract whose instance %s", async (_what, entry) => {
    own = entry;
    const absence =
      'the contract\'s persistent storage has no stream counter at ["StreamCount"] or ["NextStreamId"], as if it had no ' +
      "streams. If the contract counts them elsewhere, correct contract.layout.nextId (docs/layouts.md)";
    expect(await readOwn(null, null)).toEqual({ ...known(1n), absence });
  });

  it("is absent when the ledger does not have the contract, and only then", async () => {
    own = null;
    expect(await readOwn(null, null)).toMatchObject({ kind: "absent", firstId: 1n });
    expect(await readOwn(null, ledgerEntry(u64(6n)))).toEqual(known(6n));
  });

  it("is unknown when a name that comes before cannot be trusted, and not asked about when it comes after", async () => {
    expect(await readOwn(fault, ledgerEntry(u64(6n)))).toMatchObject({ kind: "unknown" });
    expect(await readOwn(ledgerEntry(u64(5n)), fault)).toEqual(known(5n));
    expect(await readOwn(null, fault)).toMatchObject({ kind: "unknown" });
  });
});

describe("what lies beyond the counter", () => {
  const chainWith = (nextId: bigint, ids: readonly number[], maxKeys = 200) => {
    const chain = new MemoryChain(maxKeys);
    chain.set(instance, ledgerEntry(countingInstance(nextId)));
    for (let id = 0n; id <= 400n; id++) chain.setAbsent(CONTRACT, id);
    for (const id of ids) chain.set({ contract: CONTRACT, key: streamKey(BigInt(id)) }, ledgerEntry(u64(1n)));
    return chain;
  };

  it("is read at the counter's own ledger, in one request", async () => {
    const chain = chainWith(8n, [8, 20, 197, 198]);
    expect(await readBeyondCounter(chain, counting, CONTRACT, 8n, {})).toEqual({
      counter: known(8n),
      beyond: [8n, 20n, 197n],
    });
    expect(chain.reads.map((keys) => keys.length)).toEqual([191]);
  });

  it("is less once the counter has moved on", async () => {
    const { counter, beyond } = await readBeyondCounter(chainWith(10n, [8, 9, 10]), counting, CONTRACT, 8n, {});
    expect([counter, beyond]).toEqual([known(10n), [10n]]);
  });

  it("is nothing that cannot be trusted", async () => {
    const chain = chainWith(8n, []);
    chain.set({ contract: CONTRACT, key: streamKey(9n) }, fault);
    expect((await readBeyondCounter(chain, counting, CONTRACT, 8n, {})).beyond).toEqual([]);
  });

  it("is not known when the counter is not", async () => {
    const chain = chainWith(8n, [9]);
    chain.set(instance, fault);
    expect(await readBeyondCounter(chain, counting, CONTRACT, 8n, {})).toMatchObject({
      counter: { kind: "unknown" },
      beyond: [],
    });
  });

  it("ends where ids end, and where a request does", async () => {
    const chain = new MemoryChain();
    const greatest = (1n << 64n) - 1n;
    chain.set(instance, ledgerEntry(countingInstance(greatest)));
    chain.setAbsent(CONTRACT, greatest);
    await readBeyondCounter(chain, counting, CONTRACT, greatest, {});
    expect(chain.reads.map((keys) => keys.length)).toEqual([2]);
    const narrow = chainWith(8n, [8], 3);
    expect((await readBeyondCounter(narrow, counting, CONTRACT, 8n, {})).beyond).toEqual([8n]);
  });

  it("is not asked for one by one where all streams share one entry", async () => {
    const chain = new MemoryChain();
    chain.set(instance, ledgerEntry(countingInstance(8n)));
    const layout = { ...smallEscrow, nextId: counting.nextId };
    expect(await readBeyondCounter(chain, layout, CONTRACT, 8n, {})).toEqual({ counter: known(8n), beyond: [] });
    expect(chain.reads.map((keys) => keys.length)).toEqual([1]);
  });

  it("is looked up in that entry instead", async () => {
    const chain = new MemoryChain();
    const streams = [7, 8, 20].map((id) => [smallKey(id), smallStream(1n)] as const);
    chain.set(instance, ledgerEntry(smallInstance([...streams, [unitVariant("StreamCount"), u64(8n)]])));
    const layout = { ...smallEscrow, nextId: counting.nextId };
    expect((await readBeyondCounter(chain, layout, CONTRACT, 8n, {})).beyond).toEqual([8n, 20n]);
  });
});
