import { streamLocator } from "../../../src/core/contract/stream-key.js";
import { UnavailableError } from "../../../src/core/errors.js";
import { batchAnswers } from "../../../src/core/look/batch-answers.js";
import { streampay } from "../../../src/presets/streampay.js";
import { MemoryChain } from "../../support/core-memory-chain.js";
import { CONTRACT, numberedStream } from "../../support/core-run.js";

const locator = streamLocator(streampay, CONTRACT);
/** A batch for each number: how many keys it needs. */
async function* batchesOf(...sizes: readonly number[]) {
  let id = 0n;
  for (const [name, size] of sizes.entries()) {
    const keys = Array.from({ length: size }, () => locator.ledgerKey(++id));
    yield { name, keys };
  }
}
const chainOf = (streams: number) => {
  const chain = new MemoryChain();
  for (let id = 1; id <= streams; id++) chain.setStream(CONTRACT, numberedStream(id));
  return chain;
};
const lost = () => new UnavailableError("rpc_unreachable", "gone");

async function answersOf(chain: MemoryChain, sizes: readonly number[], signal?: AbortSignal) {
  const found: string[] = [];
  const options = signal === undefined ? {} : { signal };
  for await (const { batch, answer } of batchAnswers(batchesOf(...sizes), chain, 2, options)) {
    found.push(`${batch.name} ${answer.kind}${answer.kind === "read" ? ` ${answer.entries.length}` : ""}`);
  }
  return found;
}

describe("the answers to batches of keys", () => {
  it("come in the batches' order, with an entry for each key", async () => {
    expect(await answersOf(chainOf(6), [2, 1, 3])).toEqual(["0 read 2", "1 read 1", "2 read 3"]);
  });

  it("are not asked for where a batch needs none", async () => {
    const chain = chainOf(1);
    expect(await answersOf(chain, [0, 1, 0])).toEqual(["0 not-needed", "1 read 1", "2 not-needed"]);
    expect(chain.reads).toHaveLength(1);
  });

  it("may be failures, which are no end until five follow each other", async () => {
    const chain = chainOf(20);
    chain.beforeAnswer = (read) => {
      if (read !== 4) throw lost();
    };
    const sizes = Array.from({ length: 9 }, () => 1);
    expect((await answersOf(chain, sizes)).filter((text) => text.endsWith("failed"))).toHaveLength(8);
    chain.beforeAnswer = () => {
      throw lost();
    };
    await expect(answersOf(chain, sizes)).rejects.toMatchObject({ code: "chain_lost" });
    await expect(answersOf(chain, [1, 0, 1, 0, 1, 0, 1, 0, 1])).rejects.toMatchObject({ code: "chain_lost" });
    expect(await answersOf(chain, [1, 1, 1, 1])).toHaveLength(4);
  });

  it("are no failures when the run is stopped, or the program is wrong", async () => {
    const reason = new Error("enough");
    await expect(answersOf(chainOf(1), [1], AbortSignal.abort(reason))).rejects.toBe(reason);
    const chain = chainOf(1);
    chain.beforeAnswer = () => {
      throw new TypeError("a bug");
    };
    await expect(answersOf(chain, [1])).rejects.toThrow(TypeError);
    chain.readEntries = async () => ({ ledger: 1000, entries: [] });
    await expect(answersOf(chain, [1])).rejects.toThrow(/does not fit the question/);
  });
});
