import { mkdir, symlink, truncate } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openLedgerSnapshot } from "../../../src/adapters/chain/ledger-snapshot/open-ledger-snapshot.js";
import { explainReadFailure } from "../../../src/adapters/chain/ledger-snapshot/snapshot-file.js";
import { ConfigurationError, type ReconcileError, UnavailableError } from "../../../src/core/errors.js";
import { type Json, jsonText, snapshotFolder, snapshotText } from "../../support/snapshot-file.js";
import { contractId, putStream, streamStruct } from "../../support/streampay-contract.js";
import { TestLedger } from "../../support/test-ledger.js";

let folder: Awaited<ReturnType<typeof snapshotFolder>>;
beforeAll(async () => {
  folder = await snapshotFolder();
});
afterAll(() => folder.remove());

async function failureOf(path: string): Promise<ConfigurationError> {
  const error: unknown = await openLedgerSnapshot(path)
    .describe()
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ConfigurationError);
  const { hints } = error as ConfigurationError;
  expect(hints.length).toBeGreaterThan(0);
  return error as ConfigurationError;
}

/** The whole text that the user will see. */
const told = ({ code, message, details, hints }: ReconcileError) => [code, message, ...details, ...hints].join("\n");

const GOOD = (() => {
  const ledger = new TestLedger();
  for (let id = 1n; id <= 3n; id += 1n) putStream(ledger, contractId(1), streamStruct({ id }));
  return snapshotText(ledger);
})();

describe("the path of a ledger snapshot", () => {
  it("that leads nowhere", async () => {
    const path = join(folder.folder, "none.json");
    const text = told(await failureOf(path));
    expect(text).toContain("snapshot_not_found\nthere is no ledger snapshot at this path");
    expect(text).toContain(`path: ${path}`);
  });

  it("that goes through a file", async () => {
    const error = await failureOf(join(await folder.write(GOOD), "snapshot.json"));
    expect(error.code).toBe("snapshot_not_found");
  });

  it("that is a directory", async () => {
    await mkdir(join(folder.folder, "directory"));
    const text = told(await failureOf(join(folder.folder, "directory")));
    expect(text).toContain("snapshot_not_a_file\nthe ledger snapshot is a directory, not a file");
  });

  it("that is a device", async () => {
    expect(told(await failureOf("/dev/null"))).toContain("a device, a pipe or a socket, not a file");
  });

  it("that is a circle of links", async () => {
    const path = join(folder.folder, "circle");
    await symlink(path, path);
    expect(told(await failureOf(path))).toContain("the system says: ELOOP");
  });

  it("that no system accepts", async () => {
    expect((await failureOf("a\0b")).code).toBe("snapshot_not_found");
    expect((await failureOf("a".repeat(5000))).code).toBe("snapshot_not_found");
  });

  // Tests may run as root, whom no permission stops: the system's answer is made here.
  it("that may not be read", () => {
    for (const code of ["EACCES", "EPERM"]) {
      const error = explainReadFailure(Object.assign(new Error(code), { code, syscall: "open" }), "/x.json");
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(told(error as ReconcileError)).toContain("this user may not read the ledger snapshot\npath: /x.json");
    }
  });

  it("whose disk fails is another matter: it may be read later", () => {
    const cause = Object.assign(new Error("EIO"), { code: "EIO", syscall: "read" });
    const error = explainReadFailure(cause, "/x.json") as ReconcileError;
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.cause).toBe(cause);
    expect(told(error)).toContain("the system says: EIO");
  });

  it("leaves what is no failure of the system as it is: a bug must look like one", () => {
    const bug = new TypeError("x is not a function");
    expect(explainReadFailure(bug, "/x.json")).toBe(bug);
    expect(explainReadFailure("thrown", "/x.json")).toBe("thrown");
  });

  it("to a file of a crashed system, all room and no content", async () => {
    const path = await folder.write("{");
    await truncate(path, 2 ** 30); // sparse: it takes no room on the disk
    const text = told(await failureOf(path));
    expect(text).toContain("it looks like binary data, such as XDR");
    expect(text).toContain("size: 1073741824 bytes");
  });
});

describe("a ledger snapshot that is no JSON", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["empty", "", "snapshot_empty\nthe ledger snapshot is empty"],
    ["blank", " \n\t\n", "snapshot_empty\nthe ledger snapshot is empty"],
    ["a mark of UTF-8 alone", "\ufeff", "snapshot_empty\nthe ledger snapshot is empty"],
    [
      "HTML",
      "<!DOCTYPE html><html></html>",
      "snapshot_not_json\nthe ledger snapshot is not JSON: it looks like an HTML page",
    ],
    ["XML", "<Error><Code>AccessDenied</Code></Error>", "it looks like XML"],
    ["gzip", gzipSync(GOOD), "it looks like gzip-compressed data"],
    ["zstd", Buffer.from("28b52ffd00", "hex"), "it looks like zstd-compressed data"],
    ["zip", Buffer.from("504b030400", "hex"), "it looks like a zip archive"],
    ["xz", Buffer.from("fd377a585a0000", "hex"), "it looks like xz-compressed data"],
    ["SQLite", Buffer.from("SQLite format 3\0more"), "it looks like an SQLite database"],
    ["UTF-16", Buffer.from(`\ufeff${GOOD}`, "utf16le"), "it looks like UTF-16 text"],
    ["UTF-16, the other way", Buffer.from([0xfe, 0xff, 0, 0x7b]), "it looks like UTF-16 text"],
    ["XDR", Buffer.from("0000000600000001", "hex"), "it looks like binary data, such as XDR"],
    ["other bytes", Buffer.from([0x7b, 0xc3, 0x28]), "it looks like text that is not UTF-8, or binary data"],
    [
      "XDR in base64",
      "AAAABgAAAAFQO1CAAAAAEAAAAAEAAAABAAAADwAAAAZTdHJlYW0AAA==\n",
      "it looks like base64, such as XDR in base64",
    ],
    ["TOML", 'VERSION="2.0.0"\nNETWORK_PASSPHRASE="Public"\n', "it looks like TOML or settings"],
    ["TOML with a section", "[DOCUMENTATION]\nORG_NAME='x'\n", "it looks like TOML or settings"],
    ["prose", "hello, world", "it looks like text that is not JSON"],
    ["a brace and prose", "{ nonsense }", "snapshot_not_json\nthe ledger snapshot is not valid JSON"],
    ["nested without end", "[".repeat(200_000), "snapshot_not_json\nthe ledger snapshot is nested too deeply"],
    ["two of them", GOOD + GOOD, "the ledger snapshot is not valid JSON"],
  ])("but %s", async (_name, content, expected) => {
    expect(told(await failureOf(await folder.write(content)))).toContain(expected);
  });

  it("names the place of the damage", async () => {
    const path = await folder.write('{\n  "sequence_number": 5,\n  "ledger_entries": [}\n}');
    const text = told(await failureOf(path));
    expect(text).toContain("the ledger snapshot is not valid JSON");
    expect(text).toContain("place: line 3, column 22");
  });

  it("never repeats the text of a file that was given by mistake", async () => {
    for (const content of [
      "DATABASE_URL=postgres://u:hunter2@h/d",
      '"postgres://u:hunter2@h/d"',
      '{"database":{"url":"hunter2"}}',
    ]) {
      expect(told(await failureOf(await folder.write(content)))).not.toContain("hunter2");
    }
  });

  it("because it was cut off, wherever the cut is", async () => {
    const whole = GOOD.trimEnd();
    for (let length = 1; length < whole.length; length += 41) {
      const error = await failureOf(await folder.write(whole.slice(0, length)));
      expect(error.code).toBe("snapshot_truncated");
      expect(error.details).toContain(`size: ${length} bytes`);
    }
    const error = await failureOf(await folder.write('{"a\\"'));
    expect(error.message).toBe("the ledger snapshot looks cut off: the JSON ends in the middle");
  });

  it("says so with two values for one key", async () => {
    const text = told(await failureOf(await folder.write('{"sequence_number":1,"sequence_number":2}')));
    expect(text).toContain("Duplicate key 'sequence_number'");
  });

  it("is read when it begins with the mark of UTF-8", async () => {
    const client = await folder.open(`\ufeff${GOOD}`);
    expect((await client.describe()).latestLedger).toBe(1000);
  });
});

describe("JSON that is no ledger snapshot", () => {
  it.each<[string, Json, string, string]>([
    [
      "an RPC answer",
      { jsonrpc: "2.0", id: 1, result: {} },
      "a response from a Soroban RPC node",
      '"jsonrpc", "id", "result"',
    ],
    ["an RPC result", { entries: [], latestLedger: 5 }, "a response from a Soroban RPC node", "--chain https://…"],
    ["a report", { schemaVersion: 1, runId: "x" }, "a report of this tool", "made from"],
    ["a configuration", { database: {}, chain: {} }, "a configuration file of this tool", "--config"],
    ["something else", { name: "x", version: "1" }, 'an object with "name", "version", not', "stellar snapshot create"],
    ["an empty object", {}, "an object with no keys", "ledger_entries"],
    ["a list", [1, 2, 3], "an array of 3", "ledger_entries"],
    ["a single value", "secret", "a single value", "ledger_entries"],
    ["a ledger that is no object", { ledger: 5 }, 'an object with "ledger"', "ledger_entries"],
    ["a ledger without entries", { ledger: { sequence_number: 5 } }, 'an object with "ledger"', "ledger_entries"],
  ])("%s", async (_name, json, what, more) => {
    const text = told(await failureOf(await folder.write(jsonText(json))));
    expect(text).toMatch(/^snapshot_wrong_format\nthe file is JSON, but /);
    expect(text).toContain(what);
    expect(text).toContain(more);
  });

  it.each<[string, Json, string]>([
    ["no sequence_number", { ledger_entries: [] }, "the ledger snapshot has no sequence_number"],
    ["a sequence_number as text", { ledger_entries: [], sequence_number: "5" }, "sequence_number cannot be read"],
    ["a sequence_number below zero", { ledger_entries: [], sequence_number: -1 }, "found: the number -1"],
    [
      "a sequence_number beyond 32 bits",
      { ledger_entries: [], sequence_number: 2 ** 32 },
      "found: the number 4294967296",
    ],
    ["a broken network_id", { ledger_entries: [], sequence_number: 5, network_id: "abc" }, "network_id cannot be read"],
    [
      "a network_id of numbers that are no bytes",
      { ledger_entries: [], sequence_number: 5, network_id: Array(32).fill(256) },
      "network_id cannot be read",
    ],
    ["a network_id that is a number", { ledger_entries: [], sequence_number: 5, network_id: 5 }, "found: the number 5"],
    ["entries that are an object", { ledger_entries: {}, sequence_number: 5 }, "ledger_entries cannot be read"],
  ])("a snapshot with %s", async (_name, json, expected) => {
    const text = told(await failureOf(await folder.write(jsonText(json))));
    expect(text).toContain(expected);
    expect(text).toMatch(/^snapshot_wrong_shape\n/);
  });

  const entry = { last_modified_ledger_seq: 1, data: { account: {} }, ext: "v0" };

  it.each<[string, Json, string]>([
    ["text", "AAAA", 'found: the text "AAAA"'],
    ["null", null, "found: null"],
    ["a number", 5, "found: the number 5"],
    ["a fraction", 0.5, "found: the number 0.5"],
    ["an RPC row", { key: "AAAA", xdr: "AAAA" }, 'found: an object with "key", "xdr"'],
    ["an entry without its frame", entry, 'found: an object with "last_modified_ledger_seq", "data", "ext"'],
    ["an entry without data", { entry: { last_modified_ledger_seq: 1 } }, 'found: an object with "entry"'],
    ["an entry whose data is text", { entry: { data: "x" } }, 'found: an object with "entry"'],
    ["an array of one", [entry], "found: an array of 1"],
    ["an array of three", [entry, null, null], "found: an array of 3"],
    ["V1 without live_until", [{}, [entry]], "found: an array of 2"],
    ["V1 without data", [{}, [{}, null]], "found: an array of 2"],
    ["a compact entry without data", [{}, null], "found: an array of 2"],
  ])("a snapshot one of whose entries is %s", async (_name, element, found) => {
    const entries = [{ entry, live_until: null }, element];
    const error = await failureOf(await folder.write(jsonText({ sequence_number: 5, ledger_entries: entries })));
    expect(error.code).toBe("snapshot_wrong_shape");
    expect(error.details).toContain("place: ledger_entries[1]");
    expect(error.details).toContain(found);
  });
});

describe("the entries of a ledger snapshot that are no JSON", () => {
  const entry = (n: number) => `{"entry":{"last_modified_ledger_seq":${n},"data":{"account":{}},"ext":"v0"}}`;
  const file = (elements: string) => `{"sequence_number": 5,\n "ledger_entries": [\n${elements}\n ]\n}\n`;

  it.each<[string, string, string, string]>([
    [
      "no comma between them",
      `${entry(1)}\n${entry(2)}`,
      "Comma ',' expected after value but got '{'",
      "line 4, column 1",
    ],
    ["a comma too many", `${entry(1)},\n`, "JSON value expected but got ']'", "line 5, column 2"],
    ["only a comma", ",", "JSON value expected but got ','", "line 3, column 1"],
    ["the wrong bracket", `${entry(1)} }`, "Comma ',' expected after value but got '}'", "line 3, column 75"],
    [
      "a damaged one",
      `${entry(1)},\n{"é" 5}`,
      "Colon ':' expected after property name but got '5'",
      "line 4, column 6",
    ],
    [
      "a byte that is none of JSON's",
      `${entry(1)}, é`,
      "JSON value expected but got the byte 195",
      "line 3, column 76",
    ],
    [
      "an entry that is told twice",
      `${entry(1)},\n{"entry":1,\n"entry":2}`,
      "Duplicate key 'entry' encountered",
      "line 5, column 2",
    ],
  ])("but have %s", async (_name, elements, problem, place) => {
    const error = await failureOf(await folder.write(file(elements)));
    expect(error.message).toBe("the ledger snapshot is not valid JSON");
    expect(error.details).toContain(`place: ${place}`);
    expect(told(error)).toMatch(/the parser says: .* at position \d+\n/);
    expect(told(error)).toContain(problem);
  });

  it.each<[string, Uint8Array | string, string]>([
    ["room and no content", "\0\0\0", "it looks like binary data, such as XDR"],
    ["bytes that are no UTF-8", Buffer.from([0x22, 0xc3, 0x28, 0x22]), "it looks like text that is not UTF-8"],
    ["nesting without end", "[".repeat(200_000), "the ledger snapshot is nested too deeply to be read"],
  ])("but have %s, far into the file", async (_name, content, expected) => {
    const before = Buffer.from(file(`${`${entry(1)},\n`.repeat(20_000)}~`).split("~")[0]!);
    const text = told(await failureOf(await folder.write(Buffer.concat([before, Buffer.from(content)]))));
    expect(text).toContain(expected);
  });

  it("names the place of damage behind the entries too", async () => {
    const text = `${file(`${entry(1)},\n${entry(2)}`)
      .trimEnd()
      .slice(0, -1)}, "timestamp": }`;
    const error = await failureOf(await folder.write(text));
    expect(error.details).toContain("place: line 6, column 16");
    expect(error.details).toContain(
      `the parser says: Object value expected after ':'  at position ${text.length - 1}`.replace("  ", " "),
    );
  });

  it.each([
    ["twice", '{"sequence_number":5,"ledger_entries":[],"ledger_entries":[]}'],
    ["twice, once with an escape", '{"sequence_number":5,"ledger_entries":[],"ledger\\u005fentries":[]}'],
    [
      "bare and wrapped",
      '{"ledger":{"sequence_number":5,"ledger_entries":[]},"sequence_number":5,"ledger_entries":[]}',
    ],
    ["in two wrappers", '{"ledger":{"ledger_entries":[]},"ledger":{"sequence_number":5,"ledger_entries":[]}}'],
  ])("are refused when they are there %s: nobody knows which are meant", async (_name, text) => {
    expect(told(await failureOf(await folder.write(text)))).toContain("Duplicate key 'ledger_entries' encountered");
  });

  it("must be smaller than what fits into memory, each of them", async () => {
    const long = "x".repeat(65 * 1024 * 1024);
    const ofOne = told(await failureOf(await folder.write(file(`${entry(1)},"${long}"`))));
    expect(ofOne).toContain("snapshot_too_large\npart of the ledger snapshot is implausibly large");
    expect(ofOne).toContain("place: ledger_entries[1]");
    const ofFrame = told(await failureOf(await folder.write(`{"ledger_entries":[],"x":"${long}"}`)));
    expect(ofFrame).toContain("place: everything outside ledger_entries");
  });
});
