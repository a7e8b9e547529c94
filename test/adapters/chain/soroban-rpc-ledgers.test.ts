import { createHash } from "node:crypto";
import { UnavailableError } from "../../../src/core/errors.js";
import { failureOf, type RpcSetup, setUpRpc, streamKeyBytes } from "../../support/rpc-client.js";
import { calls } from "../../support/rpc-faults.js";

const KEYS = [streamKeyBytes(1)];
let rpc: RpcSetup;
afterEach(() => rpc?.close());
const read = () => rpc.client.readEntries(KEYS);

describe("an answer older than what was seen", () => {
  it("is not believed: the read is repeated, with time for a ledger to close", async () => {
    rpc = await setUpRpc();
    expect((await read()).ledger).toBe(1000);
    rpc.server.fault({ fault: { kind: "ledger-back", ledgers: 1 }, times: 2 });
    expect((await read()).ledger).toBe(1000);
    expect(rpc.clock.sleeps).toEqual([1000, 2000]);
  });

  it("fails the read when it stays old", async () => {
    rpc = await setUpRpc();
    await read();
    rpc.server.fault({ fault: { kind: "ledger-back", ledgers: 3 }, times: 5 });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_ledger_went_back");
    expect(error.message).toContain("it answered at ledger 997, after 1000 had been seen (5 attempts in 15.0 s)");
  });

  it("is taken at once by who asked for any ledger, and does not lower what others are measured against", async () => {
    rpc = await setUpRpc();
    await read();
    rpc.server.fault({ fault: { kind: "ledger-back", ledgers: 3 } });
    expect((await rpc.client.readEntries(KEYS, { anyLedger: true })).ledger).toBe(997);
    expect(rpc.clock.sleeps).toEqual([]);
    rpc.server.fault({ fault: { kind: "ledger-back", ledgers: 1 } });
    expect((await read()).ledger).toBe(1000);
    expect(rpc.clock.sleeps).toEqual([1000]);
  });

  it("is measured against getHealth too", async () => {
    rpc = await setUpRpc([1], {}, { maxAttempts: 1 });
    await rpc.client.describe();
    rpc.server.fault({ fault: { kind: "ledger-back", ledgers: 1 } });
    expect((await failureOf(read())).code).toBe("rpc_ledger_went_back");
  });

  it("is not one that was asked for before the newer ledger was seen", async () => {
    rpc = await setUpRpc();
    let release = () => {};
    const overtaken = new Promise<void>((resolve) => {
      release = resolve;
    });
    let started = () => {};
    const arrived = new Promise<void>((resolve) => {
      started = resolve;
    });
    rpc.server.fault({
      fault: {
        kind: "hold",
        until: () => {
          started();
          return overtaken;
        },
      },
    });
    const slow = read();
    await arrived;
    rpc.ledger.sequence = 1001;
    expect((await read()).ledger).toBe(1001);
    rpc.ledger.sequence = 1000;
    release();
    expect((await slow).ledger).toBe(1000);
    expect(rpc.clock.sleeps).toEqual([]);
    rpc.ledger.sequence = 1002;
    expect((await read()).ledger).toBe(1002);
  });

  it("goes on with the chain: newer ledgers are taken as they come", async () => {
    rpc = await setUpRpc();
    const seen: number[] = [];
    for (const ledger of [1000, 1000, 1005, 1006]) {
      rpc.ledger.sequence = ledger;
      seen.push((await read()).ledger);
    }
    expect(seen).toEqual([1000, 1000, 1005, 1006]);
    expect(rpc.clock.sleeps).toEqual([]);
  });
});

describe("describe()", () => {
  it("names the network, its id and the ledger", async () => {
    rpc = await setUpRpc();
    rpc.ledger.passphrase = "Public Global Stellar Network ; September 2015";
    expect(await rpc.client.describe()).toEqual({
      passphrase: rpc.ledger.passphrase,
      networkId: createHash("sha256").update(rpc.ledger.passphrase).digest("hex"),
      latestLedger: 1000,
      closeTime: BigInt(rpc.ledger.closeTime),
      isStatic: false,
      readsAtATime: 10,
    });
    // The published id of the network.
    expect((await rpc.client.describe()).networkId).toBe(
      "7ac33997544e3175d266bd022439b22cdb16508c01163f26e5cb2a3e1045a979",
    );
  });

  it("waits for a node that is unhealthy for a moment", async () => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "rpc-error", code: -32603, message: "latency too high" }, times: 2 });
    rpc.server.fault({ fault: { kind: "result", edit: () => ({ status: "starting" }) }, when: calls("getHealth") });
    expect((await rpc.client.describe()).latestLedger).toBe(1000);
    expect(rpc.clock.sleeps).toEqual([250, 500, 1000]);
  });

  it("gives up on a node that stays unhealthy, with the node's words", async () => {
    rpc = await setUpRpc();
    const message = "latency (1m3s) since last known ledger closed is too high (>30s)";
    rpc.server.fault({ fault: { kind: "rpc-error", code: -32603, message }, times: 5 });
    const error = await failureOf(rpc.client.describe());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_unhealthy");
    expect(error.message).toContain(`the node reports that it is not healthy: ${message} (5 attempts`);
  });

  it.each([
    [
      "a status that is not healthy",
      "getHealth",
      { status: "catching up" },
      "rpc_unhealthy",
      'its health as "catching up"',
    ],
    ["a health that is no object", "getHealth", "healthy", "rpc_bad_answer", "not an object"],
    [
      "a health at ledger 0",
      "getHealth",
      { status: "healthy", latestLedger: 0 },
      "rpc_bad_answer",
      "is 0, not a ledger",
    ],
    ["a network without passphrase", "getNetwork", {}, "rpc_bad_answer", "no passphrase: {}"],
    ["a network that is null", "getNetwork", null, "rpc_bad_answer", "no passphrase: null"],
  ])("does not accept %s", async (_, method, result, code, message) => {
    rpc = await setUpRpc([1], {}, { maxAttempts: 1 });
    rpc.server.fault({ fault: { kind: "result", edit: () => result }, when: calls(method) });
    const error = await failureOf(rpc.client.describe());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it.each([
    ["a number", 777],
    ["a string", "777"],
  ])("asks old nodes for the ledger, %s", async (_, sequence) => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "result", edit: () => ({ status: "healthy" }) }, when: calls("getHealth") });
    rpc.server.fault({
      fault: { kind: "result", edit: (result) => ({ ...result, sequence }) },
      when: calls("getLatestLedger"),
    });
    expect((await rpc.client.describe()).latestLedger).toBe(777);
    expect(rpc.server.requests.map((request) => request.method)).toEqual([
      "getHealth",
      "getLatestLedger",
      "getNetwork",
    ]);
  });

  it.each([
    ["no object", 7],
    ["a sequence of 0", { sequence: 0 }],
  ])("does not accept a latest ledger of %s", async (_, result) => {
    rpc = await setUpRpc([1], {}, { maxAttempts: 1 });
    rpc.server.fault({ fault: { kind: "result", edit: () => ({ status: "healthy" }) }, when: calls("getHealth") });
    rpc.server.fault({ fault: { kind: "result", edit: () => result }, when: calls("getLatestLedger") });
    expect((await failureOf(rpc.client.describe())).code).toBe("rpc_bad_answer");
  });

  it("reads health as it is on mainnet", async () => {
    rpc = await setUpRpc();
    const captured = {
      status: "healthy",
      latestLedger: 64289467,
      latestLedgerCloseTime: "1788635204",
      oldestLedger: 64168508,
      oldestLedgerCloseTime: "1787949229",
      ledgerRetentionWindow: 120960,
    };
    rpc.server.fault({ fault: { kind: "result", edit: () => captured }, when: calls("getHealth") });
    expect((await rpc.client.describe()).latestLedger).toBe(64289467);
  });

  it("hints at Horizon when the method is not known", async () => {
    rpc = await setUpRpc();
    const error = { code: -32601, message: "method not found", data: "mockTest" };
    rpc.server.fault({ fault: { kind: "answer", edit: ({ id }) => ({ jsonrpc: "2.0", id, error }) } });
    const failure = await failureOf(rpc.client.describe());
    expect(failure.code).toBe("rpc_not_soroban");
    expect(failure.hints[0]).toContain("Horizon");
  });
});
