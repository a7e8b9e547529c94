import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, open as openFile, rename, truncate, utimes, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { EntryIndex } from "../../../src/adapters/chain/ledger-snapshot/entry-index.js";
import { readEntries } from "../../../src/adapters/chain/ledger-snapshot/entry-reader.js";
import { ByteWindow } from "../../../src/adapters/chain/ledger-snapshot/json/byte-window.js";
import { KeyTable } from "../../../src/adapters/chain/ledger-snapshot/key-table.js";
import { loadSnapshot } from "../../../src/adapters/chain/ledger-snapshot/load-snapshot.js";
import { openLedgerSnapshot } from "../../../src/adapters/chain/ledger-snapshot/open-ledger-snapshot.js";
import { readElement } from "../../../src/adapters/chain/ledger-snapshot/snapshot-element.js";
import { scanSnapshot } from "../../../src/adapters/chain/ledger-snapshot/snapshot-scanner.js";
import { UnavailableError } from "../../../src/core/errors.js";
import { buildIfStale } from "../../support/cli-binary.js";
import { snapshotFolder, snapshotText } from "../../support/snapshot-file.js";
import { contractId, putStream, streamKey, streamStruct } from "../../support/streampay-contract.js";
import { ledgerKeyOf, TestLedger } from "../../support/test-ledger.js";

const CONTRACT = contractId(1);

let folder: Awaited<ReturnType<typeof snapshotFolder>>;
beforeAll(async () => {
  folder = await snapshotFolder();
});
afterAll(() => folder.remove());

const keyOf = (id: bigint) =>
  new Uint8Array(ledgerKeyOf({ contract: CONTRACT, key: streamKey(id), durability: "persistent" }).toXDR());

/** A snapshot's text of one stream whose id is 7, before, at and after the element; to be repeated under other ids. */
const [HEAD, ELEMENT, TAIL] = (() => {
  const ledger = new TestLedger();
  putStream(ledger, CONTRACT, streamStruct({ id: 7n }));
  const text = snapshotText(ledger, { version: 2, integers: "new" });
  const from = text.indexOf("{", text.indexOf('"ledger_entries"'));
  const to = text.lastIndexOf("]");
  return [text.slice(0, from), text.slice(from, to).trimEnd(), text.slice(to)];
})();

const elementOf = (id: number) => ELEMENT.replaceAll('"u64": "7"', `"u64": "${id}"`);

/** Writes streams 1 to `count`. */
async function writeStreams(path: string, count: number): Promise<string> {
  const file = await openFile(path, "w");
  await file.write(HEAD);
  for (let from = 1; from <= count; from += 500) {
    const size = Math.min(500, count - from + 1);
    const elements = Array.from({ length: size }, (_, i) => elementOf(from + i));
    await file.write((from > 1 ? ",\n" : "") + elements.join(",\n"));
  }
  await file.write(TAIL);
  await file.close();
  return path;
}

describe("a large ledger snapshot", () => {
  it("is found the same, wherever the reads of the file end", async () => {
    const ledger = new TestLedger();
    for (let id = 1n; id <= 3n; id += 1n) putStream(ledger, CONTRACT, streamStruct({ id }));
    for (const wrapped of [false, true]) {
      const bytes = Buffer.from(snapshotText(ledger, { version: 1, wrapped, integers: "old" }));
      const read = async (into: Uint8Array, offset: number) => bytes.copy(into, 0, offset, offset + into.length);
      const scan = async (chunk: number) => {
        const elements: string[] = [];
        const window = new ByteWindow(read, bytes.length, new AbortController().signal, chunk);
        const { bytes: frame, cut } = await scanSnapshot(
          window,
          (element, { offset, length }) => {
            expect(bytes.subarray(offset, offset + length).equals(element)).toBe(true);
            elements.push(element.toString());
          },
          1_000_000,
        );
        return { elements, frame: Buffer.from(frame).toString(), cut };
      };
      const whole = await scan(1_000_000);
      expect(whole.elements).toHaveLength(3);
      expect(bytes.length).toBe(whole.frame.length + whole.cut!.length);
      for (const chunk of [1, 2, 3, 7, 64, 1000]) expect(await scan(chunk)).toEqual(whole);
    }
  });

  it("is read in any order, near and far, from either end", async () => {
    const client = openLedgerSnapshot(await writeStreams(`${folder.folder}/order.json`, 2000));
    const ids = [2000, 1, 3, 1999, 1000, 2, 2001, 500];
    const { entries } = await client.readEntries(ids.map((id) => keyOf(BigInt(id))));
    expect(entries.map((entry) => entry?.kind)).toEqual(ids.map((id) => (id > 2000 ? undefined : "entry")));
    await client.close();
  });

  it("compares the key of what it reads: two keys may have one hash", async () => {
    const path = await writeStreams(`${folder.folder}/hashes.json`, 2);
    const snapshot = await loadSnapshot(path, new AbortController().signal);
    const index = new EntryIndex();
    // The place of stream 2 under the hash of stream 1.
    const place = snapshot.index.find(keyOf(2n))[0]!;
    index.add(readElement(Buffer.from(elementOf(1)), place, path), place);
    index.seal();
    expect(await readEntries({ ...snapshot, index }, [keyOf(1n)])).toEqual([null]);
    await snapshot.file.close();
  });

  it("is not mixed with what is written to it later, in its place or over it", async () => {
    for (const change of [
      (path: string) => appendFile(path, " "),
      (path: string) => truncate(path, 1000),
      (path: string) => utimes(path, 1, 1),
    ]) {
      const path = await writeStreams(`${folder.folder}/changed.json`, 10);
      const client = openLedgerSnapshot(path);
      await client.describe();
      await change(path);
      const error: unknown = await client.readEntries([keyOf(5n)]).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({ code: "snapshot_changed", details: [`path: ${path}`] });
      await client.close();
    }
  });

  it("may be replaced by another: the one that was opened is read to its end", async () => {
    const path = await writeStreams(`${folder.folder}/replaced.json`, 10);
    const client = openLedgerSnapshot(path);
    await client.describe();
    await writeFile(`${path}.new`, "something else");
    await rename(`${path}.new`, path);
    expect((await client.readEntries([keyOf(5n)])).entries[0]?.kind).toBe("entry");
    await client.close();
  });

  it("lets go of whoever gives up, reads on for the others, and stops when it is closed", async () => {
    const client = openLedgerSnapshot(await writeStreams(`${folder.folder}/abort.json`, 2000));
    const [one, other] = [new AbortController(), new AbortController()];
    const describing = client.describe({ signal: one.signal });
    const reading = client.readEntries([keyOf(1n)], { signal: other.signal });
    one.abort(new Error("enough"));
    await expect(describing).rejects.toThrow("enough");
    expect((await reading).entries[0]?.kind).toBe("entry");
    await client.close();

    const fresh = openLedgerSnapshot(`${folder.folder}/abort.json`);
    const alone = new AbortController();
    const waiting = fresh.describe({ signal: alone.signal });
    alone.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect((await fresh.readEntries([keyOf(1n)])).entries[0]?.kind).toBe("entry");
    const closing = openLedgerSnapshot(`${folder.folder}/abort.json`);
    const cut = expect(closing.describe()).rejects.toThrow();
    await closing.close();
    await cut;
    await fresh.close();
  });

  it("takes memory that does not grow with its size", async () => {
    buildIfStale();
    const [small, large] = [3000, 30_000];
    await writeStreams(`${folder.folder}/small.json`, small);
    await writeStreams(`${folder.folder}/large.json`, large);
    const [less, more] = [await peakOf("small.json", small), await peakOf("large.json", large)];
    // Ten times the file, a few bytes an entry more: a parsed entry takes thousands.
    expect(more / less).toBeLessThan(1.7);
  }, 120_000);

  /** Reads every stream of a file in a process of its own, and returns the most memory that it had. */
  async function peakOf(name: string, count: number): Promise<number> {
    const child = spawn(process.execPath, ["--input-type=module"], { stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.end(`
      const { openLedgerSnapshot } = await import(${moduleAt("adapters/chain/ledger-snapshot/open-ledger-snapshot.js")});
      const { contractDataKey } = await import(${moduleAt("core/xdr/ledger-key.js")});
      const client = openLedgerSnapshot(${JSON.stringify(`${folder.folder}/${name}`)});
      for (let first = 1; first <= ${count}; first += 500) {
        const keys = Array.from({ length: 500 }, (_, i) => contractDataKey(${JSON.stringify(CONTRACT)},
          { type: "vec", value: [{ type: "symbol", value: "Stream" }, { type: "u64", value: BigInt(first + i) }] }));
        const { entries } = await client.readEntries(keys);
        if (entries.some((entry) => entry?.kind !== "entry")) throw new Error("an entry is missing");
      }
      await client.close();
      process.stdout.write(String(process.resourceUsage().maxRSS));
    `);
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    expect(await once(child, "close")).toEqual([0, null]);
    return Number.parseInt(output, 10);
  }
});

const moduleAt = (path: string) => JSON.stringify(new URL(`dist/${path}`, pathToFileURL(`${process.cwd()}/`)).href);

describe("the table of keys", () => {
  it("keeps keys of one hash side by side, in their order, through its growth", () => {
    const table = new KeyTable();
    const place = (position: number) => ({
      position,
      offset: 2 ** 33 + position,
      length: 7,
      isPlain: position % 3 > 0,
    });
    const key = (n: number) => Buffer.from(`key ${n % 500}`);
    for (let n = 0; n < 1000; n++) table.add(key(n), place(n));
    table.seal();
    for (let n = 0; n < 500; n++) expect(table.find(key(n))).toEqual([place(n), place(n + 500)]);
    expect(table.find(Buffer.from("another"))).toEqual([]);
  });

  it("is empty when nothing was added", () => {
    const table = new KeyTable();
    table.seal();
    expect(table.find(Buffer.from("key"))).toEqual([]);
  });
});
