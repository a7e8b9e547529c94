import { xdr } from "@stellar/stellar-base";
import { openLedgerSnapshot } from "../../../src/adapters/chain/ledger-snapshot/open-ledger-snapshot.js";
import { ConfigurationError } from "../../../src/core/errors.js";
import type { EntryFault } from "../../../src/ports/on-chain-client.js";
import { type Json, jsonText, snapshotFolder, snapshotJson, snapshotText } from "../../support/snapshot-file.js";
import { accountId, contractId } from "../../support/streampay-contract.js";
import { ledgerKeyOf, TestLedger } from "../../support/test-ledger.js";

const CONTRACT = contractId(1);
const OTHER = contractId(2);
const SEQUENCE = 1000;

let folder: Awaited<ReturnType<typeof snapshotFolder>>;
beforeAll(async () => {
  folder = await snapshotFolder();
});
afterAll(() => folder.remove());

const symbol = (name: string) => xdr.ScVal.scvSymbol(name);
const keyBytes = (name: string, contract = CONTRACT, durability: "persistent" | "temporary" = "persistent") =>
  new Uint8Array(ledgerKeyOf({ contract, key: symbol(name), durability }).toXDR());

async function open(elements: readonly Json[], header: { [key: string]: Json } = {}) {
  const text = jsonText({ sequence_number: SEQUENCE, ledger_entries: elements, ...header });
  return folder.open(text);
}

async function read(elements: readonly Json[], ...keys: Uint8Array[]) {
  return (await (await open(elements)).readEntries(keys)).entries;
}

type Parts = { contract?: Json; key?: Json; durability?: Json; val?: Json; lastModified?: Json };

/** A LedgerEntry of contract data as JSON; override what a test is about. */
function entry(name: string, parts: Parts = {}): Json {
  const { contract = CONTRACT, key = { symbol: name }, durability = "persistent", val = { u32: 1 } } = parts;
  const data = { contract_data: { ext: "v0", contract, key, durability, val } };
  return { last_modified_ledger_seq: parts.lastModified ?? 10, data, ext: "v0" };
}

const v2 = (name: string, parts: Parts = {}, liveUntil: Json = 2000): Json => ({
  entry: entry(name, parts),
  live_until: liveUntil,
});

/** V1: the key says `name`, the entry what `parts` say. */
const v1 = (name: string, parts: Parts = {}, keyParts: Parts = {}): Json => {
  const { contract = CONTRACT, key = { symbol: name }, durability = "persistent" } = keyParts;
  return [{ contract_data: { contract, key, durability } }, [entry(name, parts), 2000]];
};

const FUTURE = { symbol_of_the_future: "x" };

const ACCOUNT_ENTRY = { last_modified_ledger_seq: 5, data: { account: { balance: "1" } }, ext: "v0" };

describe("entries of a ledger snapshot", () => {
  it("reads live_until, and takes 4294967295 and null for not told", async () => {
    const names = ["a", "b", "c", "d"];
    const elements = [v2("a", {}, 4294967295), v2("b", {}, null), v2("c", {}, 0), { entry: entry("d") }];
    const entries = await read(elements, ...names.map((name) => keyBytes(name)));
    expect(entries.map((found) => found?.kind === "entry" && found.liveUntilLedger)).toEqual([null, null, 0, null]);
  });

  it("skips other kinds of entry, unknown ones included", async () => {
    const kinds: Json[] = [
      [{ account: { account_id: accountId(1) } }, [ACCOUNT_ENTRY, null]],
      { entry: ACCOUNT_ENTRY, live_until: null },
      { entry: { last_modified_ledger_seq: 5, data: { entry_of_the_future: null } }, live_until: null },
    ];
    expect(await read([...kinds, v2("a")], keyBytes("a"), keyBytes("b"))).toEqual([
      expect.objectContaining({ kind: "entry" }),
      null,
    ]);
  });

  it("keeps persistent and temporary storage, and contracts, apart", async () => {
    const elements = [v2("a", { durability: "temporary" }), v2("b", { contract: OTHER })];
    const keys = [keyBytes("a"), keyBytes("a", CONTRACT, "temporary"), keyBytes("b"), keyBytes("b", OTHER)];
    expect((await read(elements, ...keys)).map((found) => found?.kind)).toEqual([
      undefined,
      "entry",
      undefined,
      "entry",
    ]);
  });

  it("answers a fault for an unreadable value, and only for it", async () => {
    const elements = [v2("a", { val: FUTURE }), v2("b")];
    const [a, b, absent] = await read(elements, keyBytes("a"), keyBytes("b"), keyBytes("c"));
    expect(a).toEqual({
      kind: "fault",
      code: "snapshot_entry_unreadable",
      message:
        "ledger_entries[0] of the snapshot cannot be read: data.contract_data.val: expected a type of value that " +
        'this version knows, found an object with "symbol_of_the_future"',
    });
    expect(b?.kind).toBe("entry");
    expect(absent).toBeNull();
  });

  it.each<[string, Json, string]>([
    [
      "no last_modified_ledger_seq",
      { entry: { data: (entry("a") as { data: Json }).data } },
      "last_modified_ledger_seq: expected",
    ],
    [
      "a last_modified_ledger_seq beyond 32 bits",
      v2("a", { lastModified: 2 ** 32 }),
      "last_modified_ledger_seq: expected",
    ],
    [
      "a live_until that is text",
      v2("a", {}, "soon"),
      'live_until: expected an unsigned 32-bit integer, found the text "soon"',
    ],
  ])("answers a fault for %s", async (_name, element, message) => {
    const [a] = await read([element], keyBytes("a"));
    expect(a).toMatchObject({ kind: "fault", code: "snapshot_entry_unreadable" });
    expect((a as EntryFault).message).toContain(message);
  });

  it("answers a fault for an entry from a later ledger than the snapshot's", async () => {
    const elements = [v2("a", { lastModified: SEQUENCE }), v2("b", { lastModified: SEQUENCE + 1 })];
    const [a, b] = await read(elements, keyBytes("a"), keyBytes("b"));
    expect(a?.kind).toBe("entry");
    expect(b).toMatchObject({ kind: "fault", code: "snapshot_entry_from_later_ledger" });
    expect((b as EntryFault).message).toContain("ledger_entries[1] of the snapshot was last modified in ledger 1001");
  });

  describe("whose key cannot be read", () => {
    const notMissing = { kind: "fault", code: "snapshot_entry_unreadable" };

    it.each<[string, Json]>([
      ["a key of the future", v2("x", { key: FUTURE })],
      ["a durability of the future", v2("x", { durability: "eternal" })],
      ["a key of the future, twice as V1 writes it", v1("x", { key: FUTURE }, { key: FUTURE })],
      ["a key of the future in V1's key alone", v1("x", {}, { key: FUTURE })],
      ["a key of the future in V1's entry alone", v1("x", { key: FUTURE })],
    ])("%s: no other key of the contract is called missing", async (_name, element) => {
      const keys = [keyBytes("absent"), keyBytes("a"), keyBytes("absent", OTHER)];
      const [absent, a, elsewhere] = await read([v2("a"), element], ...keys);
      expect(absent).toMatchObject(notMissing);
      expect((absent as EntryFault).message).toContain(
        "the snapshot has no such entry, but it may be one whose key cannot be read: ledger_entries[1] of the snapshot",
      );
      expect(a?.kind).toBe("entry");
      expect(elsewhere).toBeNull();
    });

    it("in V1, a half that can be read is not believed either", async () => {
      const elements = [v1("x", { key: FUTURE }), v1("y", {}, { key: FUTURE })];
      expect(await read(elements, keyBytes("x"), keyBytes("y"))).toMatchObject([notMissing, notMissing]);
    });

    it.each<[string, Json]>([
      ["a contract with a typing error", v2("x", { contract: CONTRACT.replace(/.$/, "A") })],
      ["a contract that is no text", v2("x", { contract: null })],
      ["a body that is no object", { entry: { last_modified_ledger_seq: 1, data: { contract_data: "x" } } }],
      ["data that is no union", { entry: { last_modified_ledger_seq: 1, data: {} } }],
      ["neither half of V1", v1("x", { contract: null }, { contract: 5 })],
    ])("%s: no key of any contract is called missing", async (_name, element) => {
      const keys = [keyBytes("absent"), keyBytes("a"), keyBytes("absent", OTHER)];
      const [absent, a, elsewhere] = await read([v2("a"), element], ...keys);
      expect(absent).toMatchObject(notMissing);
      expect(a?.kind).toBe("entry");
      expect(elsewhere).toMatchObject(notMissing);
    });

    it("tells how many there are", async () => {
      const elements = [v2("x", { key: FUTURE }), v2("y", { key: FUTURE }), v2("z", { contract: null })];
      const [absent] = await read(elements, keyBytes("absent"));
      expect((absent as EntryFault).message).toContain("(and 2 more such entries)");
    });

    it("in V1, knows the contract from either half", async () => {
      const elements = [v1("x", { contract: null }), v1("y", {}, { contract: "?" })];
      const keys = [keyBytes("x"), keyBytes("y"), keyBytes("absent"), keyBytes("absent", OTHER)];
      expect(await read(elements, ...keys)).toMatchObject([notMissing, notMissing, notMissing, null]);
    });
  });

  describe("that contradict each other", () => {
    it("answers a fault for both keys when V1's key does not belong to its entry", async () => {
      const elements = [
        v1("a", { key: { symbol: "b" } }),
        v1("c", { contract: OTHER }),
        v1("d", { durability: "temporary" }),
      ];
      const keys = [
        keyBytes("a"),
        keyBytes("b"),
        keyBytes("c"),
        keyBytes("c", OTHER),
        keyBytes("d"),
        keyBytes("d", CONTRACT, "temporary"),
      ];
      const entries = await read(elements, ...keys, keyBytes("e"));
      for (const found of entries.slice(0, -1))
        expect(found).toMatchObject({ kind: "fault", code: "snapshot_key_mismatch" });
      expect((entries[2] as EntryFault).message).toBe(
        "ledger_entries[1] of the snapshot has an entry that does not match the key next to it",
      );
      expect(entries.at(-1)).toBeNull();
    });

    it("answers a fault when V1's key and entry are of different kinds", async () => {
      const key = { account: { account_id: accountId(1) } };
      const underData = [
        { contract_data: { contract: CONTRACT, key: { symbol: "b" }, durability: "persistent" } },
        [ACCOUNT_ENTRY, null],
      ];
      const [a, b] = await read([[key, [entry("a"), null]], underData], keyBytes("a"), keyBytes("b"));
      expect([a, b]).toMatchObject([{ code: "snapshot_key_mismatch" }, { code: "snapshot_key_mismatch" }]);
    });

    it("accepts one key twice with the same content", async () => {
      const elements = [v2("a", { val: { i128: "5" } }), v1("a", { val: { i128: { hi: 0, lo: 5 } } })];
      expect((await read(elements, keyBytes("a")))[0]?.kind).toBe("entry");
    });

    it.each<[string, Json]>([
      ["value", v2("a", { val: { u32: 2 } })],
      ["last modified ledger", v2("a", { lastModified: 11 })],
      ["live_until", v2("a", {}, 2001)],
    ])("answers a fault for one key twice with another %s", async (_name, element) => {
      const [a] = await read([v2("b"), v2("a"), element], keyBytes("a"));
      expect(a).toEqual({
        kind: "fault",
        code: "snapshot_entry_contradiction",
        message:
          "the snapshot has this key more than once, with different contents: ledger_entries[1], ledger_entries[2]",
      });
    });

    it("answers a fault for one key twice, once unreadable", async () => {
      for (const elements of [
        [v2("a"), v2("a", { val: FUTURE })],
        [v2("a", { val: FUTURE }), v2("a")],
      ]) {
        expect(await read(elements, keyBytes("a"))).toMatchObject([{ code: "snapshot_entry_unreadable" }]);
      }
    });
  });

  it("answers a fault, never null, for a key that is no contract data of a contract", async () => {
    const account = xdr.LedgerKey.account(
      new xdr.LedgerKeyAccount({ accountId: xdr.PublicKey.publicKeyTypeEd25519(Buffer.alloc(32)) }),
    );
    const ofAccount = ledgerKeyOf({ contract: accountId(1), key: symbol("a"), durability: "persistent" });
    const keys = [
      new Uint8Array(account.toXDR()),
      new Uint8Array(ofAccount.toXDR()),
      new Uint8Array(3),
      keyBytes("a").subarray(0, 40),
    ];
    for (const found of await read([v2("a")], ...keys)) {
      expect(found).toMatchObject({ kind: "fault", code: "snapshot_key_unsupported" });
    }
  });

  it("reads keys that are views into a larger buffer", async () => {
    const key = keyBytes("a");
    const buffer = new Uint8Array(key.length + 16);
    buffer.set(key, 7);
    expect((await read([v2("a")], buffer.subarray(7, 7 + key.length)))[0]?.kind).toBe("entry");
  });
});

describe("the ledger snapshot as a client", () => {
  it("reads no more and no fewer keys than it says", async () => {
    const client = await open([v2("a")]);
    await expect(client.readEntries([])).rejects.toThrow("readEntries takes 1 to 1000 keys, not 0");
    const keys = Array.from({ length: client.maxKeysPerRead }, (_, i) => keyBytes(`k${i}`));
    expect((await client.readEntries(keys)).entries).toHaveLength(1000);
    await expect(client.readEntries([...keys, keyBytes("a")])).rejects.toThrow("not 1001");
  });

  it("refuses to be read after it was closed", async () => {
    const client = await open([v2("a")]);
    await client.close();
    await expect(client.readEntries([keyBytes("a")])).rejects.toThrow("the ledger snapshot was closed");
  });

  it("reads the file once: what is written to it later does not mix in", async () => {
    const ledger = new TestLedger();
    ledger.set({ contract: CONTRACT, key: symbol("a"), val: xdr.ScVal.scvU32(1) });
    const path = await folder.write(snapshotText(ledger));
    const client = openLedgerSnapshot(path);
    await client.describe();
    await folder.remove();
    folder = await snapshotFolder();
    expect((await client.readEntries([keyBytes("a")])).entries[0]?.kind).toBe("entry");
    await client.close();
  });

  it("stops when aborted while the file is read", async () => {
    const client = await open([v2("a")]);
    const controller = new AbortController();
    const describing = client.describe({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(describing).rejects.toThrow("enough");
    expect((await client.readEntries([keyBytes("a")])).entries[0]?.kind).toBe("entry");
  });

  it.each<[string, { [key: string]: Json }, string | null]>([
    ["hex", { network_id: "AB".repeat(32) }, "ab".repeat(32)],
    [
      "bytes, as before soroban-sdk 20",
      { network_id: Array.from({ length: 32 }, (_, i) => i) },
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    ],
    ["zeros, as soroban-sdk tests write", { network_id: "00".repeat(32) }, null],
    ["null", { network_id: null }, null],
    ["nothing", {}, null],
  ])("describes a snapshot whose network id is %s", async (_name, header, networkId) => {
    expect(await (await open([], header)).describe()).toEqual({
      passphrase: null,
      networkId,
      latestLedger: SEQUENCE,
      closeTime: null,
      isStatic: true,
      readsAtATime: 8,
    });
  });

  it("accepts ledger 0, as soroban-sdk tests write", async () => {
    const ledger = new TestLedger();
    ledger.sequence = 0;
    ledger.set({ contract: CONTRACT, key: symbol("a"), val: xdr.ScVal.scvVoid() });
    const text = jsonText(snapshotJson(ledger, { version: 1, wrapped: true, network: "zeros" }));
    const client = await folder.open(text);
    expect(await client.readEntries([keyBytes("a")])).toMatchObject({
      ledger: 0,
      entries: [{ lastModifiedLedger: 0 }],
    });
    expect(await client.describe()).toMatchObject({ networkId: null, latestLedger: 0 });
  });

  it("fails the same way every time", async () => {
    const client = openLedgerSnapshot(`${folder.folder}/none.json`);
    await expect(client.readEntries([keyBytes("a")])).rejects.toThrow(ConfigurationError);
    await expect(client.describe()).rejects.toThrow(ConfigurationError);
  });
});
