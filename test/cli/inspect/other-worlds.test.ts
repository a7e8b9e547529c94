import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import { createInspectWorld, expectFit, HEAD, type InspectWorld, runningStream } from "../../support/cli-inspect.js";
import { cli } from "../../support/cli-io.js";
import { WORLD_CONTRACT } from "../../support/cli-world.js";
import { calls } from "../../support/rpc-faults.js";
import { accountId, address, i128, putStream, struct, u64 } from "../../support/streampay-contract.js";
import { eventOf, happen, withdraw } from "../../support/streampay-history.js";
import { entryDataOf } from "../../support/test-ledger.js";

let world: InspectWorld;
afterEach(() => world.close());

async function inspect(...args: string[]) {
  const result = await cli(["inspect", ...args, ...world.overRpc], { clock: world.clock });
  expectFit(result.stdout);
  return { ...result, prose: result.stdout.replace(/\s+/g, " ") };
}

const released = (released_amount: bigint) => runningStream(1n, { released_amount });

it("shows the latest of many events, and those that explain, however old", async () => {
  world = await createInspectWorld((rows) => {
    rows[0]!.released_amount = "'350000007'";
  });
  world.ledger.history.length = 0;
  let stream = withdraw(world.ledger, WORLD_CONTRACT, released(0n), 49_999_993n, HEAD - 9_000).after;
  for (let i = 0; i < 20; i++) stream = withdraw(world.ledger, WORLD_CONTRACT, stream, 3n, HEAD - 320 + i).after;
  const { stdout, prose } = await inspect("stream_1");
  expect(prose).toContain(
    "the event stream.withdrawn in ledger 58231000 accounts for exactly the difference of 49,999,993",
  );
  expect(stdout).toMatch(/^\* ledger 58231000/m);
  expect(stdout).toContain("… and 8 more: --format json has all");
});

it("tells changes that no event tells, and a status that the row holds from before", async () => {
  world = await createInspectWorld((rows) => {
    rows[0]!.released_amount = "'400000000'";
  });
  const before = released(400_000_000n);
  const paused = { ...before, status: "Paused", paused_at: 1_789_999_000n, last_update: 1_789_999_000n };
  putStream(world.ledger, WORLD_CONTRACT, paused, { lastModified: HEAD - 200 });
  happen(world.ledger, WORLD_CONTRACT, { ledger: HEAD - 200, call: "pause", args: [u64(1n)], before, after: paused });
  const { stdout, prose } = await inspect("stream_1");
  expect(prose).toContain(
    "Cause: status: the row has the contract's value from before the transaction in ledger 58239800 (pause): the database missed it.",
  );
  expect(stdout).toContain("(no event of this stream)");
  expect(stdout).toContain("status Active → Paused");
  // That settles it: what the transactions of the other events did is not asked.
  expect(stdout).not.toContain("the entry was created");
});

it("tells a write that changed no known field, and what it cannot read of a transaction", async () => {
  world = await createInspectWorld();
  world.ledger.history.length = 0;
  const same = released(400_000_000n);
  happen(world.ledger, WORLD_CONTRACT, { ledger: HEAD - 300, call: "touch", before: same, after: same, events: [] });
  happen(world.ledger, WORLD_CONTRACT, {
    ledger: HEAD - 300,
    call: "resume",
    before: same,
    after: same,
    events: [eventOf(WORLD_CONTRACT, "resumed", [u64(1n)])],
  });
  world.server.fault({
    fault: {
      kind: "result",
      edit: (result) => ({
        ...result,
        transactions: (result.transactions as Record<string, unknown>[]).map((tx, i) =>
          i === 0 ? { ...tx, envelopeXdr: "AAAAAgAAAAk=", createdAt: undefined, txHash: undefined } : tx,
        ),
      }),
    },
    when: calls("getTransactions"),
  });
  const { stdout, prose } = await inspect("stream_1");
  expect(stdout).toContain("wrote the entry, and changed none of its known fields");
  expect(stdout).toContain("ledger 58239700, time unknown");
  expect(stdout).toMatch(/event stream\.resumed\n/);
  expect(prose).toContain("no event with an amount was found (from ledger 58239700 back to 58119044, where");
});

it("believes that an entry was changed whose bytes it cannot read", async () => {
  world = await createInspectWorld();
  const entry = entryDataOf({
    ...{ contract: WORLD_CONTRACT, key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), u64(1n)]) },
    ...{ val: xdr.ScVal.scvVoid(), durability: "persistent", lastModified: 1, liveUntil: null },
  }).toXDR();
  const meta = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]),
    entry.subarray(0, -4),
    Buffer.from([0, 0, 0, 77]),
  ]).toString("base64");
  world.server.fault({
    fault: {
      kind: "result",
      edit: (result) => ({
        ...result,
        transactions: (result.transactions as object[]).map((tx) => ({ ...tx, resultMetaXdr: meta })),
      }),
    },
    when: calls("getTransactions"),
  });
  expect((await inspect("stream_1")).stdout).toContain("changed none of its known fields");
});

it("tolerates what a run tolerates", async () => {
  world = await createInspectWorld((rows) => {
    rows[0]!.released_amount = "'399999998'";
  });
  const { code, stdout } = await inspect("stream_1", "--tolerance", "2");
  expect(code).toBe(0);
  expect(stdout).toMatch(/released_amount .* \+2, tolerated/);
});

it("shows both addresses in full where they differ", async () => {
  world = await createInspectWorld((rows) => {
    rows[0]!.recipient_address = `'${accountId(77)}'`;
  });
  const { stdout } = await inspect("stream_1");
  expect(stdout).toContain(`recipient, database  ${accountId(77)}`);
  expect(stdout).toContain(`recipient, on chain  ${accountId(2)}`);
  expect(stdout).toMatch(/recipient .* differs/);
});

it("tells the ledger's time, and what it does not know, of a contract whose streams do not depend on it", async () => {
  world = await createInspectWorld();
  const config = {
    contract: {
      layout: {
        stream: { storage: "persistent", key: ["Stream", { u64: "$id" }] },
        fields: {
          total_amount: { type: "amount", role: "total" },
          released_amount: { type: "amount", role: "released" },
        },
      },
    },
    database: { fields: { released_amount: { column: "released_amount" } } },
  };
  const { stdout, prose } = await inspect("stream_1", "--config", await world.write("plain.json", config));
  expect(prose).toMatch(/Amounts on chain at \S+, the close of ledger \d+ total/);
  expect(stdout).toMatch(/vested +\? {2}the layout does not say how this contract vests/);
  expect(stdout).toMatch(/owed +\? {2}the layout does not say what is still open/);
});

it("shows what a status stands for that the database writes in its own way", async () => {
  world = await createInspectWorld((rows) => {
    rows[1]!.status = "'running'";
  });
  const config = await world.write("words.json", { database: { statuses: { running: "Active" } } });
  const { code, stdout } = await inspect("stream_2", "--config", config);
  expect(code).toBe(0);
  expect(stdout).toMatch(/status +running \(ACTIVE\) +Active +equal/);
});

it("names no explorer of a private network", async () => {
  world = await createInspectWorld();
  world.ledger.passphrase = "Our own network";
  const { stdout } = await inspect("stream_1");
  expect(stdout).not.toContain("stellar.expert");
  expect(stdout).toContain("network Our own network");
  const { stdout: json } = await cli(["inspect", "stream_1", "--format", "json", ...world.overRpc], {
    clock: world.clock,
  });
  expect(JSON.parse(json)).toMatchObject({ links: null, history: { transactions: [{ link: null }, { link: null }] } });
});

it("says so when the other side of an unreadable row cannot be read either", async () => {
  world = await createInspectWorld((rows) => {
    rows[0]!.released_amount = "'12 tokens'";
    rows[1]!.released_amount = "'12 tokens'";
    rows[1]!.on_chain_id = "NULL";
  });
  world.server.fault({
    fault: { kind: "http", status: 404 },
    times: Number.POSITIVE_INFINITY,
    when: calls("getLedgerEntries"),
  });
  const { code, prose } = await inspect("stream_1");
  expect(code).toBe(5);
  expect(prose).toContain("(row_unreadable)");
  expect(prose).toContain("(rpc_http_error)");
  expect((await inspect("stream_2")).prose).toContain("Stream stream_2 (no on-chain id)");
});

it("prints what a file could not take", async () => {
  world = await createInspectWorld();
  const folder = join(world.folder, "taken");
  await mkdir(folder);
  const { code, stderr } = await inspect("stream_1", "--output", folder);
  expect(code).toBe(2);
  expect(stderr).toContain("is a folder");
});

describe("another contract, whose streams are in the instance's storage", () => {
  const key = (id: bigint) => xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("stream"), xdr.ScVal.scvU32(Number(id))]);
  const putStreams = (paid: bigint) =>
    world.ledger.set({
      contract: WORLD_CONTRACT,
      key: xdr.ScVal.scvLedgerKeyContractInstance(),
      val: xdr.ScVal.scvContractInstance(
        new xdr.ScContractInstance({
          executable: xdr.ContractExecutable.contractExecutableStellarAsset(),
          storage: [
            new xdr.ScMapEntry({
              key: key(2n),
              val: struct({ to: address(accountId(2)), paid: i128(paid), note: xdr.ScVal.scvVoid() }),
            }),
          ],
        }),
      ),
      lastModified: HEAD - 300,
    });
  const config = () => ({
    contract: {
      layout: {
        name: "small",
        stream: { storage: "instance", key: ["stream", { u32: "$id" }] },
        fields: { to: { type: "address" }, paid: { type: "amount" }, note: { type: "text" } },
      },
    },
    database: {
      fields: { to: { column: "recipient_address" }, paid: { column: "released_amount" }, note: { column: "status" } },
    },
  });

  it("is shown as far as its layout tells", async () => {
    world = await createInspectWorld((rows) => {
      rows[1]!.status = "NULL";
      rows[1]!.recipient_address = `'${accountId(2)}'`;
    });
    putStreams(1_250n);
    happen(world.ledger, WORLD_CONTRACT, {
      ledger: HEAD - 300,
      call: "pay",
      events: [
        {
          contract: WORLD_CONTRACT,
          topics: [xdr.ScVal.scvSymbol("paid"), xdr.ScVal.scvU32(2)],
          value: i128(250n),
        },
      ],
    });
    // Its meta, as an old node has it: not told.
    world.server.fault({
      fault: {
        kind: "result",
        edit: (result) => ({
          ...result,
          transactions: (result.transactions as Record<string, unknown>[]).map(({ resultMetaXdr: _, ...tx }) => tx),
        }),
      },
      when: calls("getTransactions"),
    });
    const path = await world.write("small.json", config());
    const { code, stdout, prose } = await inspect("stream_2", "--config", path, "--raw");
    expect(code).toBe(3);
    expect(prose).toContain("the event paid in ledger 58239700 accounts for exactly the difference of 250");
    expect(stdout).toMatch(/note +\(none\) +\(none\) +equal/);
    expect(stdout).not.toContain("Amounts on chain");
    expect(stdout).toMatch(/paid +i128 +1250/);
  });

  it("is said to be unreadable where the instance is", async () => {
    world = await createInspectWorld();
    world.ledger.set({
      contract: WORLD_CONTRACT,
      key: xdr.ScVal.scvLedgerKeyContractInstance(),
      val: xdr.ScVal.scvU32(7),
      lastModified: HEAD - 300,
    });
    const path = await world.write("small.json", config());
    const { code, stdout, prose } = await inspect("stream_2", "--config", path);
    expect(code).toBe(5);
    expect(prose).toContain("(entry_unreadable)");
    expect(stdout).toContain("AAAAAwAAAAc=");
  });
});
