import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import { openLedgerSnapshot } from "../../../src/adapters/chain/ledger-snapshot/open-ledger-snapshot.js";
import { decodeScVal } from "../../../src/core/xdr/decode.js";
import type { LedgerEntry, OnChainClient } from "../../../src/ports/on-chain-client.js";
import { streamKey } from "../../support/streampay-contract.js";
import { ledgerKeyOf } from "../../support/test-ledger.js";

/** Files that other projects' tests and tools wrote; they lie beside the checkout, where they are there at all. */
const FOLDER = join(process.cwd(), "..", "shared", "data", "ledger-snapshots");

const present = existsSync(FOLDER);
if (!present) process.stderr.write("real ledger snapshots are not beside this checkout: their tests check nothing\n");

const INSTANCE = xdr.ScVal.scvLedgerKeyContractInstance();

const keyOf = (contract: string, key: xdr.ScVal) =>
  new Uint8Array(ledgerKeyOf({ contract, key, durability: "persistent" }).toXDR());

const clients: OnChainClient[] = [];

function open(name: string): OnChainClient {
  const client = openLedgerSnapshot(join(FOLDER, name));
  clients.push(client);
  return client;
}

describe("ledger snapshots of the world", () => {
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  it("can be opened, each contract's instance and every u64-keyed stream that it shows read", async () => {
    if (!present) return;
    const files = (await readdir(FOLDER, { recursive: true })).filter((name) => name.endsWith(".json"));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const text = await readFile(join(FOLDER, file), "utf8");
      const contracts = [...new Set([...text.matchAll(/"contract": "(C[A-Z2-7]{55})"/g)].map((match) => match[1]!))];
      const client = open(file);
      const { latestLedger, isStatic } = await client.describe();
      expect(isStatic).toBe(true);
      let found = 0;
      for (const contract of contracts) {
        const ids = Array.from({ length: 20 }, (_, id) => streamKey(BigInt(id)));
        const batch = await client.readEntries([INSTANCE, ...ids].map((key) => keyOf(contract, key)));
        expect(batch.ledger).toBe(latestLedger);
        for (const entry of batch.entries) {
          expect(entry?.kind).not.toBe("fault");
          if (entry?.kind !== "entry") continue;
          found += 1;
          // Both the Stellar library and our own decoder read what was encoded.
          expect(xdr.ScVal.fromXDR(Buffer.from(entry.value)).toXDR().equals(entry.value)).toBe(true);
          expect(decodeScVal(entry.value)).toBeDefined();
        }
      }
      expect([file, found > 0]).toEqual([file, true]);
    }
  });

  it("show one mainnet ledger alike in V1 and V2", async () => {
    if (!present) return;
    const [v1, v2] = [open("soroban-sdk/mainnet_v1.json"), open("soroban-sdk/mainnet_v2.json")];
    expect(await v1.describe()).toEqual({
      passphrase: null,
      networkId: "7ac33997544e3175d266bd022439b22cdb16508c01163f26e5cb2a3e1045a979",
      latestLedger: 60328703,
      closeTime: 1_765_900_876n,
      isStatic: true,
      readsAtATime: 8,
    });
    expect(await v2.describe()).toEqual(await v1.describe());
    const token = "CAS3J7GYLGXMF6TDJBBYYSE3HQ6BBSMLNUQ34T6TZMYMW2EVH34XOWMA";
    const holder = "CCW67TSZV3SSS2HXMBQ5JFGCKJNXKZM7UQUWUZPUTHXSTZLEO7SJMI75";
    const balance = xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), addressVal(holder)]);
    const keys = [keyOf(token, INSTANCE), keyOf(token, balance), keyOf(holder, INSTANCE)];
    const batch = await v1.readEntries(keys);
    expect(await v2.readEntries(keys)).toEqual(batch);
    const [instance, held, absent] = batch.entries as LedgerEntry[];
    expect(instance).toMatchObject({ kind: "entry", lastModifiedLedger: 50463386, liveUntilLedger: 10000000 });
    expect(decodeScVal(held!.value)).toMatchObject({ value: [{ val: { type: "i128", value: 123456789n } }, {}, {}] });
    expect(absent).toBeNull();
  });
});

const addressVal = (contract: string) =>
  xdr.ScVal.scvAddress(ledgerKeyOf({ contract, key: INSTANCE, durability: "persistent" }).contractData().contract());
