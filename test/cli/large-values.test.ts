import { xdr } from "@stellar/stellar-base";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf, WORLD_CONTRACT } from "../support/cli-world.js";
import { fullReport } from "../support/core-report.js";
import { calls } from "../support/rpc-faults.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { streamKey } from "../support/streampay-contract.js";

const MILLIONS = "x".repeat(3_000_000);
const STREAM = { contract: WORLD_CONTRACT, key: streamKey(2n), lastModified: 500, liveUntil: 101_000 };
const voids = (count: number) => xdr.ScVal.scvVec(Array<xdr.ScVal>(count).fill(xdr.ScVal.scvVoid()));
const nested = (levels: number, inside: xdr.ScVal): xdr.ScVal =>
  levels === 0 ? inside : xdr.ScVal.scvVec([nested(levels - 1, inside)]);

let world: CliWorld;
afterEach(() => world.close());

/** More than a screen, far less than the value. */
const FEW = 40_000;

describe("an entry that no contract has", () => {
  beforeEach(async () => {
    world = await createWorld();
  });

  it.each([
    ["overRpc", "20,000 values", voids(20_000)],
    ["overRpc", "a megabyte and more", xdr.ScVal.scvBytes(Buffer.alloc(1024 * 1024))],
    ["overSnapshot", "20,000 values", voids(20_000)],
    ["overSnapshot", "a megabyte and more", xdr.ScVal.scvBytes(Buffer.alloc(1024 * 1024))],
  ] as const)("is shown on a screen, %s: %s", async (over, what, val) => {
    world.ledger.set({ ...STREAM, val });
    await writeSnapshotFile(world.snapshot, world.ledger);
    const { code, stdout } = await cli(["inspect", "stream_2", ...world[over]]);
    expect({ code, isShort: stdout.length < FEW }).toEqual({ code: 5, isShort: true });
    expect(stdout).toMatch(what.startsWith("a megabyte") ? /more than any\s+ledger\s+entry/ : /characters,\s+cut\)/);
  });

  it.each([
    ["20,000 values", voids(20_000), 600_000, /more, cut\)/],
    ["200,000 values, 150 levels deep", nested(150, voids(200_000)), 1_500_000, /… \(1 more, cut\)/],
  ])("is cut in JSON: %s", async (_, val, most, word) => {
    world.ledger.set({ ...STREAM, val });
    const { code, stdout } = await cli(["inspect", "stream_2", ...world.overRpc, "--format", "json"]);
    expect({ code, isShort: stdout.length < most }).toEqual({ code: 5, isShort: true });
    expect(JSON.stringify(JSON.parse(stdout).raw.decoded)).toMatch(word);
  });
});

describe("a node that says too much", () => {
  beforeEach(async () => {
    world = await createWorld();
  });
  const fault = (method: string, edit: (result: Record<string, unknown>) => unknown) =>
    world.server.fault({ fault: { kind: "result", edit }, when: calls(method), times: Number.POSITIVE_INFINITY });

  it.each(["table", "json"])("of its network has no network, in %s", async (format) => {
    fault("getNetwork", (result) => ({ ...result, passphrase: MILLIONS }));
    for (const command of [["--dry-run"], ["inspect", "stream_2"]]) {
      const { code, stdout } = await cli([...command, ...world.overRpc, "--format", format]);
      expect({ code, isShort: stdout.length < FEW }).toEqual({ code: 5, isShort: true });
      expect(stdout.replace(/\s+/g, " ")).toContain("names a passphrase of 3000000 characters");
    }
    const doctor = await cli(["doctor", ...world.overRpc]);
    expect(doctor.stdout.length).toBeLessThan(FEW);
  });

  it("of an event has no history", async () => {
    for (const part of [{ id: MILLIONS }, { txHash: MILLIONS }, { ledger: MILLIONS }, { topic: MILLIONS }]) {
      world.server.clearFaults();
      const event = { id: "1-1", txHash: "00", topic: [], value: "AAAAAQ==", ledger: 900, ...part };
      fault("getEvents", (result) => ({ ...result, events: [event] }));
      const { code, stdout } = await cli(["inspect", "stream_2", ...world.overRpc, "--format", "json"]);
      expect({ code, isShort: stdout.length < FEW }).toEqual({ code: 0, isShort: true });
      expect(JSON.parse(stdout).history.gaps[0]).toContain("events could not be read");
    }
  });
});

describe("a row that says too much", () => {
  const LONG = "x".repeat(100_000);

  it.each(["table", "json", "html", "ndjson"])("is cut, in %s", async (format) => {
    world = await createWorld((rows) => {
      rows[1]!.status = `'${LONG}'`;
      rows[2]!.id = `'${LONG}'`;
      rows[2]!.released_amount = "'7'";
    });
    const { code, stdout } = await cli([...world.overSnapshot, "--dry-run", "--confirm", "0", "--format", format]);
    expect({ code, isShort: stdout.length < 80_000 }).toEqual({ code: 3, isShort: true });
    expect(stdout.replace(/\s+/g, " ")).toMatch(/\(100,000 characters, cut\)/i);
  });

  it("is cut for inspect, too, and in the report's own keys", async () => {
    world = await createWorld((rows) => {
      rows[1]!.id = `'${LONG}'`;
      rows[1]!.recipient_address = `'${LONG}'`;
    });
    const over = [...world.overSnapshot, "--confirm", "0"];
    const found = await cli(["inspect", "on-chain:2", ...over, "--format", "json"]);
    const cut = /^x{2000}… \(100,000 characters, cut\)$/;
    const { streamId, fields } = JSON.parse(found.stdout);
    expect(streamId).toMatch(cut);
    expect(fields.find(({ field }: { field: string }) => field === "recipient").dbValue).toMatch(cut);
    expect((await cli(["inspect", "on-chain:2", ...over])).stdout.length).toBeLessThan(FEW);
    const { discrepancies } = reportOf(await cli([...over, "--dry-run", "--format", "json"]));
    expect(discrepancies).toMatchObject([
      { streamId: expect.stringMatching(cut), dbValue: expect.stringMatching(cut) },
    ]);
  });
});

it.each([
  ["without a space", MILLIONS],
  ["of many words", "x ".repeat(1_500_000)],
])("a saved report with a message %s is drawn as a table", async (_, message) => {
  world = await createWorld();
  const report = fullReport();
  const stdin = JSON.stringify({ ...report, network: message, errors: [{ ...report.errors[0], message }] });
  const { stdout } = await cli(["render", "-"], { stdin });
  expect(stdout.length).toBeLessThan(FEW);
  expect(stdout).toContain("characters, cut)");
});
