import fc from "fast-check";
import { UnavailableError } from "../../../src/core/errors.js";
import type { RunProgress } from "../../../src/core/look/run-progress.js";
import { Findings } from "../../../src/core/report/findings.js";
import { deferred, settled } from "../../support/core-deferred.js";
import { MemoryChain } from "../../support/core-memory-chain.js";
import { dbRow, pagesOf, rowOf } from "../../support/core-rows.js";
import { CONTRACT, numberedStream, numberedStreams, plain, run } from "../../support/core-run.js";
import type { StreamStruct } from "../../support/streampay-contract.js";

const chainOf = (streams: readonly StreamStruct[], maxKeys = 4): MemoryChain => {
  const chain = new MemoryChain(maxKeys);
  for (const stream of streams) chain.setStream(CONTRACT, stream);
  return chain;
};
const lost = () => new UnavailableError("rpc_unreachable", "the node does not answer");

describe("a run in which both sides agree", () => {
  it("finds nothing, and counts every stream", async () => {
    const streams = numberedStreams(25);
    const found = plain(await run({ chain: chainOf(streams), rows: streams }));
    expect(found).toEqual({
      ...{ discrepancies: [], violations: [], errors: [], notices: [] },
      summary: {
        ...{ streamsChecked: 25, inSync: 25, drifted: 0, lagging: 0, missingOnChain: 0, missingInDb: 0 },
        ...{ violations: 0, unchecked: 0, ignored: 0, confirmation: { found: 0, dismissed: 0, confirmed: 0 } },
      },
      ledger: { first: 1000, last: 1000 },
      status: "IN_SYNC",
    });
  });

  it("reads each stream once, in batches of at most what one read may carry", async () => {
    const chain = chainOf(numberedStreams(10), 4);
    await run({ chain, rows: numberedStreams(10), pageSize: 3 });
    expect(chain.reads.map((keys) => keys.length)).toEqual([4, 4, 2]);
    expect(new Set(chain.reads.flat()).size).toBe(10);
  });

  it("reads nothing when there are no rows, and says that it saw nothing", async () => {
    const chain = new MemoryChain();
    const findings = await run({ chain, rows: [] });
    expect([findings.seen, chain.reads, findings.ledger]).toEqual([0, [], null]);
  });

  it("tells how far it is after each batch", async () => {
    const told: RunProgress[] = [];
    const streams = numberedStreams(10);
    await run({ chain: chainOf(streams), rows: streams, onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([4, 8, 10].map((seen) => ({ phase: "comparing", seen, total: null })));
  });

  it("remembers the ledgers that its batches were read at, which may differ", async () => {
    const streams = numberedStreams(10);
    const chain = chainOf(streams);
    chain.beforeAnswer = (read) => {
      chain.ledger = [1003, 1001, 1002][read]!;
    };
    const findings = await run({ chain, rows: streams, concurrency: 1 });
    expect(findings.ledger).toEqual({ first: 1001, last: 1003 });
  });
});

describe("a run in which some requests fail", () => {
  it("leaves the streams of a failed batch unchecked, with the reason, and goes on with the rest", async () => {
    const streams = numberedStreams(12);
    const chain = chainOf(streams);
    chain.beforeAnswer = (read) => {
      if (read === 1) throw lost();
    };
    const findings = await run({ chain, rows: streams });
    expect(plain(findings)).toMatchObject({ status: "INCOMPLETE", summary: { inSync: 8, unchecked: 4 } });
    expect(findings.errors).toEqual(
      [5, 6, 7, 8].map((id) => ({
        ...{ streamId: `stream_${id}`, code: "rpc_unreachable", message: "the node does not answer" },
      })),
    );
  });

  it("gives up after five in a row, and says how far it came: nothing after that is counted", async () => {
    const streams = numberedStreams(60);
    const chain = chainOf(streams);
    chain.beforeAnswer = (read) => {
      if (read >= 2) throw lost();
    };
    const findings = new Findings();
    const error = await run({ chain, rows: streams, concurrency: 1, findings }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({
      code: "chain_lost",
      message: expect.stringMatching(/after 5 failed requests to the chain in a row; the rest .* were not checked/),
    });
    expect(plain(findings)).toMatchObject({ status: "INCOMPLETE", summary: { inSync: 8, unchecked: 20 } });
    // Of what was under way or in line by then, nothing was waited for.
    expect(chain.reads.length).toBeLessThanOrEqual(9);
  });

  it("does not give up while one in five succeeds", async () => {
    const streams = numberedStreams(60);
    const chain = chainOf(streams);
    chain.beforeAnswer = (read) => {
      if (read % 5 !== 4) throw lost();
    };
    const findings = await run({ chain, rows: streams });
    expect(findings.seen).toBe(60);
    expect(findings.summary).toMatchObject({ inSync: 12, unchecked: 48 });
  });

  it("is not fooled by batches that need no request: rows without an on-chain id tell nothing of the node", async () => {
    const unlinked = Array.from({ length: 1_000 }, (_, i) => dbRow(numberedStream(i + 1), { onChainId: null }));
    const rows = numberedStreams(9).flatMap((stream) => [dbRow(stream), ...unlinked]);
    const chain = chainOf(numberedStreams(9), 1);
    chain.beforeAnswer = () => {
      throw lost();
    };
    await expect(run({ chain, rows, pageSize: 5_000 })).rejects.toMatchObject({ code: "chain_lost" });
  });

  it("still says what the rows alone show to be wrong", async () => {
    const chain = chainOf(numberedStreams(2));
    chain.beforeAnswer = () => {
      throw lost();
    };
    const rows = [numberedStream(1), numberedStream(2, { released_amount: 1_000_000n })];
    const findings = await run({ chain, rows });
    expect(plain(findings)).toMatchObject({
      status: "VIOLATION",
      violations: [{ streamId: "stream_2", side: "db", invariant: "released_within_total" }],
      summary: { unchecked: 2 },
    });
  });

  it("lets a bug through instead of calling it a node that failed", async () => {
    const chain = chainOf(numberedStreams(2));
    chain.beforeAnswer = () => {
      throw new TypeError("a bug");
    };
    await expect(run({ chain, rows: numberedStreams(2) })).rejects.toThrow(new TypeError("a bug"));
  });

  it("does not accept an answer that does not fit the question", async () => {
    const chain = chainOf(numberedStreams(2));
    chain.readEntries = async () => ({ ledger: 1000, entries: [null] });
    await expect(run({ chain, rows: numberedStreams(2) })).rejects.toThrow(/does not fit the question/);
  });

  it("hands a failure of the database on, after what was already under way", async () => {
    const streams = numberedStreams(8);
    const chain = chainOf(streams);
    const failing = (async function* () {
      yield* pagesOf(
        streams.map((stream) => rowOf(dbRow(stream))),
        4,
      );
      throw new UnavailableError("database_connection_lost", "the connection was closed");
    })();
    const findings = new Findings();
    await expect(run({ chain, rows: [], pages: failing, findings })).rejects.toMatchObject({
      code: "database_connection_lost",
    });
    expect(findings.summary.inSync).toBe(4);
  });
});

describe("a run of some streams only", () => {
  const streams = numberedStreams(3);

  it("reports every id that no row has, each as a stream that could not be checked", async () => {
    const only = ["stream_2", "nobody", 'a"b', "nobody"];
    const findings = await run({ chain: chainOf(streams), rows: [streams[1]!], only });
    expect(findings.summary).toMatchObject({ streamsChecked: 1, inSync: 1, unchecked: 2 });
    expect(findings.errors).toEqual([
      { streamId: "nobody", code: "stream_not_found", message: 'the database has no row whose id is "nobody"' },
      { streamId: 'a"b', code: "stream_not_found", message: 'the database has no row whose id is "a\\"b"' },
    ]);
  });

  it("does not call a row lost that is there and cannot be read", async () => {
    const row = dbRow(streams[0]!, { onChainId: "x" });
    const findings = await run({ chain: chainOf(streams), rows: [row], only: ["stream_1"] });
    expect(findings.errors.map(({ code }) => code)).toEqual(["row_unreadable"]);
  });

  it("calls no id unknown when the run was given up before it could know", async () => {
    const many = numberedStreams(6);
    const chain = chainOf(many, 1);
    chain.beforeAnswer = () => {
      throw lost();
    };
    const findings = new Findings();
    const only = [...many.map(({ id }) => `stream_${id}`), "nobody"];
    await expect(run({ chain, rows: many, only, findings })).rejects.toMatchObject({ code: "chain_lost" });
    expect(findings.errors.map(({ code }) => code)).not.toContain("stream_not_found");
  });
});

describe("a run that is stopped", () => {
  class Stopped extends Error {}

  it("rejects with the signal's reason and keeps what was found by then", async () => {
    const controller = new AbortController();
    const streams = numberedStreams(12);
    const chain = chainOf(streams);
    const reason = new Stopped("enough");
    chain.beforeAnswer = (read) => {
      if (read === 1) controller.abort(reason);
    };
    const findings = new Findings();
    const result = run({ chain, rows: streams, findings, concurrency: 1, signal: controller.signal });
    await expect(result).rejects.toBe(reason);
    expect(findings.summary).toMatchObject({ inSync: 4, unchecked: 0 });
    expect(chain.reads).toHaveLength(2);
  });

  it("rejects with the reason even where the client wraps it, or the reason looks like a failed request", async () => {
    for (const reason of [new Stopped("enough"), lost()]) {
      const controller = new AbortController();
      const chain = chainOf(numberedStreams(4));
      chain.beforeAnswer = () => {
        controller.abort(reason);
        throw lost();
      };
      const result = run({ chain, rows: numberedStreams(4), signal: controller.signal });
      await expect(result).rejects.toBe(reason);
    }
  });

  it("asks the chain nothing when it is stopped before it begins", async () => {
    const chain = chainOf(numberedStreams(4));
    const signal = AbortSignal.abort(new Stopped("enough"));
    await expect(run({ chain, rows: numberedStreams(4), signal })).rejects.toThrow("enough");
    expect(chain.reads).toEqual([]);
  });

  it("hands the signal to each read", async () => {
    const controller = new AbortController();
    const chain = chainOf(numberedStreams(4));
    const seen: (AbortSignal | undefined)[] = [];
    chain.beforeAnswer = (_read, { signal }) => void seen.push(signal);
    await run({ chain, rows: numberedStreams(4), signal: controller.signal });
    await run({ chain, rows: numberedStreams(4) });
    controller.abort();
    expect(seen.map((signal) => signal?.aborted)).toEqual([true, false]);
  });
});

describe("several requests under way", () => {
  it("are as many as allowed, and what they find is reported in the rows' order", async () => {
    const streams = numberedStreams(20);
    const chain = chainOf(streams, 4);
    chain.setAbsent(CONTRACT, 2n);
    chain.setAbsent(CONTRACT, 18n);
    const gates = Array.from({ length: 5 }, () => deferred<void>());
    chain.beforeAnswer = (read) => gates[read]!.promise;
    const running = run({ chain, rows: streams, concurrency: 3 });
    await settled();
    expect(chain.reads).toHaveLength(3);
    for (const gate of [...gates].reverse()) {
      gate.resolve();
      await settled();
    }
    const findings = await running;
    expect(findings.discrepancies.map(({ streamId }) => streamId)).toEqual(["stream_2", "stream_18"]);
  });

  it("find the same however many there are and however rows are paged", async () => {
    const streams = numberedStreams(30);
    const chain = chainOf(streams);
    for (const id of [3n, 11n, 28n]) chain.setAbsent(CONTRACT, id);
    const once = plain(await run({ chain, rows: streams, concurrency: 1, pageSize: 1000 }));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 31 }),
        async (concurrency, pageSize) => {
          expect(plain(await run({ chain, rows: streams, concurrency, pageSize }))).toEqual(once);
        },
      ),
      { numRuns: 20 },
    );
  });
});
