import { openRpcHistory } from "../../../src/adapters/chain/soroban-rpc/open-rpc-history.js";
import type { FieldDifference } from "../../../src/core/inspection/explain-field.js";
import { type HistoryQuestion, streamHistory } from "../../../src/core/inspection/stream-history.js";
import type { ChainHistory, ContractEvent } from "../../../src/ports/chain-history.js";
import { streampay } from "../../../src/presets/streampay.js";
import { ManualClock } from "../../support/manual-clock.js";
import { calls } from "../../support/rpc-faults.js";
import { type RpcServer, startRpcServer } from "../../support/rpc-server.js";
import { contractId, i128, streamStruct, u64 } from "../../support/streampay-contract.js";
import { eventOf, happen, withdraw } from "../../support/streampay-history.js";
import { TestLedger } from "../../support/test-ledger.js";

const CONTRACT = contractId(5);
const stream = streamStruct({ id: 7n, released_amount: 0n });

let ledger: TestLedger;
let server: RpcServer;
let history: ChainHistory;

beforeEach(async () => {
  ledger = new TestLedger();
  ledger.sequence = 40_000;
  ledger.oldestLedger = 1_000;
  server = await startRpcServer(ledger);
  history = openRpcHistory(server.url, { clock: new ManualClock(), random: () => 0 });
});
afterEach(async () => {
  await history.close();
  await server.close();
});

const ask = (question: Partial<HistoryQuestion> = {}, from: ChainHistory = history) =>
  streamHistory(
    from,
    {
      ...{ contractId: CONTRACT, layout: streampay, id: 7n, synced: 39_000, modified: 39_500, observed: 40_000 },
      ...{ differences: [], lastChangeOnly: false },
      ...question,
    },
    {},
  );

/** @param rowValue by default one that no entry ever had */
const released = (difference: bigint, rowValue = "-1", onChainValue = "200"): FieldDifference[] => [
  { field: "released_amount", type: "amount", role: "released", rowValue, onChainValue, difference },
];

describe("streamHistory()", () => {
  it("looks at what came after the row's ledger first, and no further once that explains it", async () => {
    const first = withdraw(ledger, CONTRACT, stream, 100n, 38_000).after;
    withdraw(ledger, CONTRACT, first, 100n, 39_500);
    const found = await ask({ differences: released(100n) });
    expect(found.looked).toEqual({ first: 39_001, last: 39_500 });
    expect(found.events.map(({ ledger: at }) => at)).toEqual([39_500]);
    expect(found.explanations[0]).toMatchObject({ kind: "missed" });
    expect(found.transactions).toMatchObject([
      {
        ledger: 39_500,
        invocation: { function: "withdraw" },
        change: { fields: [{ field: "released_amount", before: "100", after: "200" }] },
      },
    ]);
    expect(found.gaps).toEqual([]);
  });

  it("goes back as far as the node remembers where nothing explains it", async () => {
    withdraw(ledger, CONTRACT, stream, 1n, 39_500);
    const found = await ask({ differences: released(100n) });
    expect(found.looked).toEqual({ first: 1_000, last: 39_500 });
    expect(found.explanations[0]).toMatchObject({ kind: "partly", explained: 1n });
  });

  it("looks at the last change alone where nothing is wrong", async () => {
    const first = withdraw(ledger, CONTRACT, stream, 100n, 39_499).after;
    withdraw(ledger, CONTRACT, first, 100n, 39_500);
    const found = await ask({ lastChangeOnly: true });
    expect(found.looked).toEqual({ first: 39_500, last: 39_500 });
    expect(found.events).toHaveLength(1);
  });

  it("finds the transaction of a change that sent no event", async () => {
    const after = { ...stream, end_time: 9_000n };
    happen(ledger, CONTRACT, { ledger: 39_500, call: "amend", before: stream, after });
    const found = await ask();
    expect(found.events).toEqual([]);
    expect(found.transactions).toMatchObject([{ invocation: { function: "amend" }, change: { kind: "updated" } }]);
  });

  it("drops events of another family of the same id, once their transaction shows that", async () => {
    happen(ledger, CONTRACT, {
      ledger: 39_400,
      call: "withdraw_split",
      events: [eventOf(CONTRACT, "withdrawn", [u64(7n), i128(100n)], "split")],
    });
    const first = withdraw(ledger, CONTRACT, stream, 60n, 39_450).after;
    withdraw(ledger, CONTRACT, first, 40n, 39_500);
    // The split's event alone would do, and a meta that tells of another stream only proves that it is not ours.
    const other = { ...stream, id: 8n };
    happen(ledger, CONTRACT, {
      ledger: 39_300,
      call: "withdraw_split",
      before: other,
      after: other,
      events: [eventOf(CONTRACT, "withdrawn", [u64(7n), i128(1_000n)], "split")],
    });
    const found = await ask({ differences: released(1_000n) });
    expect(found.explanations[0]).not.toMatchObject({ kind: "missed" });
    expect(found.events.map(({ name }) => name)).not.toContain("split.withdrawn");
  });

  it("goes on where the events that fitted turn out to be another family's", async () => {
    const after = withdraw(ledger, CONTRACT, stream, 100n, 20_000).after;
    happen(ledger, CONTRACT, {
      ledger: 39_400,
      call: "withdraw_split",
      events: [eventOf(CONTRACT, "withdrawn", [u64(7n), i128(100n)], "split")],
    });
    happen(ledger, CONTRACT, { ledger: 39_500, call: "touch", before: after, after: { ...after, last_update: 9n } });
    const found = await ask({ synced: 39_300, differences: released(100n, "0", "100") });
    expect(found.explanations).toMatchObject([
      { kind: "missed", events: [{ event: { ledger: 20_000 } }], transactions: [{ ledger: 20_000 }] },
    ]);
  });

  it("knows another family's event also when its ledger was read before its events", async () => {
    happen(ledger, CONTRACT, {
      ledger: 20_000,
      call: "withdraw_split",
      events: [eventOf(CONTRACT, "withdrawn", [u64(7n), i128(100n)], "split")],
    });
    const first = { ...stream, last_update: 8n };
    happen(ledger, CONTRACT, { ledger: 20_000, call: "touch", before: stream, after: first });
    const after = { ...stream, last_update: 9n };
    happen(ledger, CONTRACT, { ledger: 39_500, call: "touch", before: first, after, changed: 20_000 });
    const found = await ask({ differences: released(100n) });
    expect(found.events).toEqual([]);
    expect(found.explanations).toMatchObject([{ kind: "unexplained" }]);
  });

  it("takes no event for the cause of a field that its transaction left alone", async () => {
    const topUp = { ...stream, total_amount: stream.total_amount + 500n };
    const events = [eventOf(CONTRACT, "topped_up", [u64(7n), i128(500n)])];
    happen(ledger, CONTRACT, { ledger: 39_400, call: "top_up", before: stream, after: topUp, events });
    withdraw(ledger, CONTRACT, topUp, 500n, 39_500);
    const found = await ask({ differences: released(500n, "0", "500") });
    expect(found.explanations).toMatchObject([{ kind: "missed", events: [{ event: { ledger: 39_500 } }] }]);
  });

  it("follows the changes that sent no event, each to the one before it", async () => {
    let at = stream;
    const changes = [39_100, 39_300, 39_500];
    for (const [i, ledgerOfChange] of changes.entries()) {
      const after = { ...at, released_amount: at.released_amount + 50n };
      const changed = i === 0 ? 38_000 : changes[i - 1]!;
      happen(ledger, CONTRACT, { ledger: ledgerOfChange, call: "withdraw", before: at, after, changed });
      at = after;
    }
    const found = await ask({ synced: 39_600, differences: released(100n, "50", "150") });
    expect(found.explanations).toMatchObject([
      { kind: "missed", explained: 100n, events: [], transactions: [{ ledger: 39_300 }, { ledger: 39_500 }] },
    ]);
    // Once the row's value is reached, what came before does not matter.
    expect(found.transactions).toHaveLength(2);
  });

  it("looks at everything after the row's ledger, however soon the difference is explained", async () => {
    const first = withdraw(ledger, CONTRACT, stream, 20n, 15_000).after;
    withdraw(ledger, CONTRACT, first, 20n, 39_500);
    const found = await ask({ synced: 10_000, differences: released(20n, "20", "40") });
    expect(found.looked).toEqual({ first: 10_001, last: 39_500 });
    expect(found.transactions.map(({ ledger: at }) => at)).toEqual([15_000, 39_500]);
  });

  it("says that the change is older than what the node remembers", async () => {
    const found = await ask({ synced: 500, modified: 999 });
    expect(found).toMatchObject({ looked: null, events: [], transactions: [] });
    expect(found.gaps).toEqual([expect.stringContaining("before the node's history begins at ledger 1000")]);
  });

  it("keeps what it has found when the node fails later", async () => {
    withdraw(ledger, CONTRACT, stream, 1n, 39_500);
    server.fault({
      fault: { kind: "rpc-error", code: -32600, message: "no" },
      times: Number.POSITIVE_INFINITY,
      when: (request) => calls("getEvents")(request) && request.body.includes('"startLedger":1000'),
    });
    const found = await ask({ differences: released(100n) });
    expect(found.events).toHaveLength(1);
    expect(found.looked?.last).toBe(39_500);
    expect(found.gaps).toEqual([expect.stringMatching(/^events could not be read: .*-32600/)]);
  });

  it("says that the node does not know transactions", async () => {
    withdraw(ledger, CONTRACT, stream, 1n, 39_500);
    server.fault({
      fault: { kind: "rpc-error", code: -32601, message: "method not found" },
      when: calls("getTransactions"),
    });
    const found = await ask();
    expect(found.events).toHaveLength(1);
    expect(found.gaps).toEqual([expect.stringContaining("transactions could not be read")]);
  });

  it("is of no help where the node cannot be asked, and says so", async () => {
    server.fault({ fault: { kind: "http", status: 404 }, times: Number.POSITIVE_INFINITY });
    const found = await ask({ differences: released(5n) });
    expect(found).toMatchObject({ looked: null, retained: null, transactions: [] });
    expect(found.explanations).toMatchObject([{ kind: "unexplained" }]);
    expect(found.gaps).toHaveLength(1);
  });

  it("ends with the signal's reason", async () => {
    const reason = new Error("stop");
    await expect(streamHistory(history, { ...QUESTION }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("is bounded in events and in transactions, and says where it stopped", async () => {
    const event = (at: number, i: number): ContractEvent => ({
      ...{ id: `${at}-${i}`, ledger: at, closedAt: null, txHash: "x", topics: [] },
      value: new Uint8Array(),
    });
    const endless: ChainHistory = {
      retained: async () => ({ first: 1, last: 40_000 }),
      async *events(_contract, { last }) {
        for (let page = 0; ; page++) yield Array.from({ length: 20_000 }, (_, i) => event(last, page * 20_000 + i));
      },
      async *transactions(at) {
        const tx = { hash: "y", ledger: at, closedAt: null, succeeded: true, envelope: new Uint8Array() };
        for (;;) yield Array.from({ length: 4_000 }, () => ({ ...tx, meta: new Uint8Array() }));
      },
      close: async () => {},
    };
    const found = await ask({ differences: released(5n) }, endless);
    expect(found.gaps).toEqual([
      expect.stringContaining("after 60000 events of the contract"),
      expect.stringContaining("has more than 5000 transactions"),
    ]);
  });

  it("reads the transactions of a bounded number of ledgers", async () => {
    let at = stream;
    for (let i = 0; i < 12; i++) at = withdraw(ledger, CONTRACT, at, 10n, 39_400 + i).after;
    const found = await ask({ modified: 39_411, differences: released(120n) });
    expect(found.transactions).toHaveLength(8);
    expect(found.gaps).toEqual([expect.stringContaining("transactions of 8 ledgers were read, but not of 4 more")]);
  });
});

const QUESTION: HistoryQuestion = {
  ...{ contractId: CONTRACT, layout: streampay, id: 7n, synced: null, modified: 39_500, observed: 40_000 },
  ...{ differences: [], lastChangeOnly: false },
};
