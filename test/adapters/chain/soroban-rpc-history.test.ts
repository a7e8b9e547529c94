import { openRpcHistory } from "../../../src/adapters/chain/soroban-rpc/open-rpc-history.js";
import type { ChainHistory } from "../../../src/ports/chain-history.js";
import { ManualClock } from "../../support/manual-clock.js";
import { failureOf } from "../../support/rpc-client.js";
import { calls, type RpcServerFault } from "../../support/rpc-faults.js";
import { type RpcServer, startRpcServer } from "../../support/rpc-server.js";
import { contractId, streamStruct } from "../../support/streampay-contract.js";
import { happen, withdrawnEvent } from "../../support/streampay-history.js";
import { TestLedger } from "../../support/test-ledger.js";

const CONTRACT = contractId(5);
const stream = streamStruct({ id: 7n });

let ledger: TestLedger;
let server: RpcServer;
let history: ChainHistory;

beforeEach(async () => {
  ledger = new TestLedger();
  ledger.sequence = 50_000;
  server = await startRpcServer(ledger);
  history = openRpcHistory(server.url, { clock: new ManualClock(), random: () => 0 });
});
afterEach(async () => {
  await history.close();
  await server.close();
});

const happenAt = (at: number, events = 1) =>
  happen(ledger, CONTRACT, {
    ledger: at,
    call: "withdraw",
    before: stream,
    after: stream,
    events: Array.from({ length: events }, () => withdrawnEvent(CONTRACT, stream, 5n)),
  });

async function ledgersOf(first: number, last: number): Promise<number[]> {
  const found: number[] = [];
  for await (const page of history.events(CONTRACT, { first, last })) found.push(...page.map(({ ledger: at }) => at));
  return found;
}

const edit = (method: string, change: (result: Record<string, unknown>) => unknown, times = Number.POSITIVE_INFINITY) =>
  server.fault({ fault: { kind: "result", edit: change }, times, when: calls(method) });
const strike = (method: string, fault: RpcServerFault, times = Number.POSITIVE_INFINITY) =>
  server.fault({ fault, times, when: calls(method) });

describe("retained()", () => {
  it("tells what getHealth tells", async () => {
    ledger.oldestLedger = 123;
    expect(await history.retained()).toEqual({ first: 123, last: 50_000 });
  });

  it("asks an old node for more than it has, and takes the range from its refusal", async () => {
    ledger.oldestLedger = 123;
    edit("getHealth", () => ({ status: "healthy" }));
    expect(await history.retained()).toEqual({ first: 123, last: 50_000 });
  });

  it("takes a node that answers that for one that remembers everything", async () => {
    ledger.oldestLedger = 1;
    edit("getHealth", () => ({ status: "healthy" }));
    expect(await history.retained()).toEqual({ first: 1, last: 50_000 });
  });

  it("fails where the node refuses otherwise", async () => {
    edit("getHealth", () => ({ status: "healthy" }));
    strike("getEvents", { kind: "rpc-error", code: -32601, message: "method not found" });
    expect(await failureOf(history.retained())).toMatchObject({ code: "rpc_not_soroban" });
  });

  it("fails where the answer is none", async () => {
    edit("getHealth", () => "healthy");
    expect(await failureOf(history.retained())).toMatchObject({ code: "rpc_bad_answer" });
  });
});

describe("events()", () => {
  it("gives an event with its bytes, its time and its transaction", async () => {
    const tx = happenAt(40_000);
    happen(ledger, contractId(6), { ledger: 40_000, call: "x", events: [withdrawnEvent(contractId(6), stream, 1n)] });
    const pages = [];
    for await (const page of history.events(CONTRACT, { first: 39_999, last: 40_000 })) pages.push(...page);
    const [event] = tx.events;
    expect(pages).toEqual([
      {
        id: expect.stringMatching(/^\d{19}-\d{10}$/),
        ledger: 40_000,
        closedAt: BigInt(tx.closedAt),
        txHash: tx.hash,
        topics: event!.topics.map((topic) => topic.toXDR()),
        value: event!.value.toXDR(),
      },
    ]);
  });

  it("goes through more ledgers than the node does at once", async () => {
    for (const at of [100, 10_100, 25_000, 49_000]) happenAt(at);
    expect(await ledgersOf(100, 49_000)).toEqual([100, 10_100, 25_000, 49_000]);
    expect(await ledgersOf(101, 48_999)).toEqual([10_100, 25_000]);
  });

  it("goes through more events than a page holds, in one ledger too, and none twice", async () => {
    happenAt(100, 1_500);
    happenAt(20_000, 700);
    happenAt(30_000, 10);
    expect(await ledgersOf(2, 29_999)).toHaveLength(2_200);
    expect(await ledgersOf(2, 30_000)).toHaveLength(2_210);
  });

  it("asks for no more than the node allows", async () => {
    for (const at of [100, 200, 300]) happenAt(at);
    strike("getEvents", { kind: "rpc-error", code: -32602, message: "limit must not exceed 2" }, 1);
    expect(await ledgersOf(2, 400)).toEqual([100, 200, 300]);
    const limits = server.requests.map(({ body }) => /"limit":(\d+)/.exec(body)?.[1]);
    expect(limits).toEqual(["1000", "2", "2"]);
  });

  it("goes on from the last event where an old node gives no other cursor", async () => {
    happenAt(100, 1_000);
    happenAt(12_000, 3);
    edit("getEvents", ({ cursor: _, ...result }) => result);
    expect(await ledgersOf(2, 13_000)).toHaveLength(1_003);
  });

  it.each<[string, (result: Record<string, unknown>) => unknown]>([
    ["no list", ({ events: _, ...rest }) => rest],
    ["an event that is none", (result) => ({ ...result, events: [5] })],
    ["an event without a transaction", withEvent({ txHash: 5 })],
    ["an event without topics", withEvent({ topic: "AAAA" })],
    ["a topic that is no base64", withEvent({ topic: ["*"] })],
    ["a value that is no base64", withEvent({ value: 7 })],
    ["an event without a ledger", withEvent({ ledger: "soon" })],
    ["no latest ledger", ({ latestLedger: _, ...rest }) => rest],
  ])("fails on an answer with %s", async (_, change) => {
    happenAt(100);
    edit("getEvents", change);
    expect(await failureOf(ledgersOf(2, 200))).toMatchObject({ code: "rpc_bad_answer" });
  });

  it("does without a time that it cannot read", async () => {
    happenAt(100);
    edit("getEvents", withEvent({ ledgerClosedAt: "yesterday" }));
    for await (const [event] of history.events(CONTRACT, { first: 2, last: 200 })) expect(event?.closedAt).toBeNull();
  });

  it("fails rather than ends early: a node that knows less than was asked for", async () => {
    edit("getEvents", (result) => ({ ...result, cursor: undefined, latestLedger: 150 }));
    expect(await failureOf(ledgersOf(2, 200))).toMatchObject({ code: "history_incomplete" });
  });

  it.each<[string, (result: Record<string, unknown>) => Record<string, unknown>]>([
    ["does not say where it stopped", (result) => withEvent({ id: "", pagingToken: "" })({ ...result, cursor: "" })],
    ["stays where it is", (result) => ({ ...result, cursor: "0000000000000000001-0000000000" })],
  ])("fails on a node that %s", async (_, change) => {
    happenAt(100, 1_000);
    edit("getEvents", change);
    expect((await failureOf(ledgersOf(2, 200))).code).toMatch(/history_incomplete|rpc_error/);
  });

  it("fails on a node that sends pages without an end", async () => {
    happenAt(100);
    strike("getEvents", { kind: "rpc-error", code: -32602, message: "limit must not exceed 1" }, 1);
    let page = 0;
    edit("getEvents", (result) => {
      page += 1;
      return { ...result, cursor: `${String(100n << 32n).padStart(19, "0")}-${String(page).padStart(10, "0")}` };
    });
    expect(await failureOf(ledgersOf(100, 100))).toMatchObject({ code: "history_incomplete" });
  });

  it("tells that ledgers are forgotten", async () => {
    ledger.oldestLedger = 1_000;
    expect((await failureOf(ledgersOf(2, 200))).message).toContain("startLedger must be within the ledger range");
  });
});

describe("transactions()", () => {
  async function hashesOf(at: number): Promise<(string | null)[]> {
    const found: (string | null)[] = [];
    for await (const page of history.transactions(at)) found.push(...page.map(({ hash }) => hash));
    return found;
  }

  it("gives those of one ledger, whole", async () => {
    happenAt(99);
    const tx = happenAt(100);
    happenAt(101);
    const found = [];
    for await (const page of history.transactions(100)) found.push(...page);
    expect(found).toEqual([
      {
        hash: tx.hash,
        ledger: 100,
        closedAt: BigInt(tx.closedAt),
        succeeded: true,
        envelope: tx.envelope.toXDR(),
        meta: tx.meta.toXDR(),
      },
    ]);
  });

  it("goes through more than a page holds, and tells those that failed", async () => {
    const all = Array.from({ length: 120 }, () => happenAt(100).hash);
    happen(ledger, CONTRACT, { ledger: 100, call: "x", succeeded: false });
    expect((await hashesOf(100)).slice(0, 120)).toEqual(all);
    expect(await hashesOf(100)).toHaveLength(121);
  });

  it("does without what old nodes leave out", async () => {
    happenAt(100);
    edit("getTransactions", ({ transactions }) => {
      const [{ txHash: _, resultMetaXdr: __, createdAt: ___, ...row }] = transactions as [Record<string, unknown>];
      return { transactions: [row] };
    });
    for await (const [tx] of history.transactions(100)) {
      expect(tx).toMatchObject({ hash: null, closedAt: null, meta: new Uint8Array() });
    }
  });

  it.each<[string, (result: Record<string, unknown>) => unknown, string]>([
    ["no list", () => ({}), "rpc_bad_answer"],
    ["a transaction that is none", () => ({ transactions: [null] }), "rpc_bad_answer"],
    ["no cursor after a full page", ({ cursor: _, ...rest }) => rest, "history_incomplete"],
  ])("fails on an answer with %s", async (_, change, code) => {
    for (let i = 0; i < 60; i++) happenAt(100);
    edit("getTransactions", change);
    expect(await failureOf(hashesOf(100))).toMatchObject({ code });
  });
});

/** The first event of the answer with other fields. */
function withEvent(fields: Record<string, unknown>) {
  return (result: Record<string, unknown>) => {
    const events = (result.events as Record<string, unknown>[]).map((event) => ({ ...event, ...fields }));
    return { ...result, events };
  };
}
