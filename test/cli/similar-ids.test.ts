import { similarIds } from "../../src/cli/reconciliation/similar-ids.js";
import { UnavailableError } from "../../src/core/errors.js";
import type { RowPlan } from "../../src/core/rules/mapping.js";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf } from "../support/cli-world.js";

let world: CliWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const ask = async (...ids: string[]) => {
  const args = ["--dry-run", "--confirm", "0", "--format", "json", "--stream", ...ids];
  const result = await cli([...world.overRpc, ...args]);
  return { code: result.code, messages: reportOf(result).errors.map(({ message }) => message) };
};

describe("a stream id that is not found", () => {
  it.each([
    ["strem_2", /whose id is "strem_2": did you mean "stream_2"\?$/],
    ["STREAM_3", /: did you mean "stream_3"\?$/],
    [" stream_1", /: did you mean "stream_1"\?$/],
    ["stream_9", /: did you mean "stream_1" or "stream_2" or "stream_3"\?$/],
    ["2", /: did you mean "stream_2", which the contract calls 2\?$/],
    ["onchain:2", /: did you mean "stream_2", which the contract calls 2\?$/],
    ["On-Chain: 77", /: did you mean "on-chain:77"\?$/],
    ["a2b6c1d0-0000-4000-8000-1", /; ids look like "stream_1" and "stream_2"$/],
    ["on-chain:77", /^neither the database nor the contract has a stream 77$/],
  ])("%j is answered with what may have been meant", async (id, message) => {
    expect(await ask(id)).toEqual({ code: 5, messages: [expect.stringMatching(message)] });
  });

  it("is answered for each of several, and the others are checked", async () => {
    const { code, messages } = await ask("stream_1", "stream2", "stream3");
    expect(code).toBe(5);
    expect(messages).toEqual([
      expect.stringContaining('mean "stream_2"?'),
      expect.stringContaining('mean "stream_3"?'),
    ]);
  });

  it("is answered in a table of one row and of none", async () => {
    world.sqlite.run("DELETE FROM streams WHERE on_chain_id > 1");
    expect((await ask("nothing-of-this-kind")).messages).toEqual([
      expect.stringMatching(/; ids look like "stream_1"$/),
    ]);
    world.sqlite.run("DELETE FROM streams");
    expect((await ask("stream_1")).messages).toEqual([expect.stringMatching(/whose id is "stream_1"$/)]);
  });

  it("is looked for in so many rows only, and of so many ids", async () => {
    const rows = Array.from({ length: 51_500 }, (_, i) => `('row-${i + 10}', ${i + 10})`);
    world.sqlite.run(`INSERT INTO streams (id, on_chain_id) VALUES ${rows.join(",")}`);
    expect((await ask("row-51500x")).messages).toEqual([expect.not.stringContaining('"row-51500"')]);
    const ids = Array.from({ length: 12 }, (_, i) => `strem_${i + 1}`);
    const { messages } = await ask(...ids);
    expect(messages.filter((message) => message.includes("did you mean"))).toHaveLength(10);
  });

  it("has no suggestion when the database cannot be read again; the run goes on", async () => {
    const plan = { streamIdIndex: 0, onChainIdIndex: 1 } as RowPlan;
    const failing = (error: Error) =>
      similarIds(["a"], () => Promise.reject(error), plan, new AbortController().signal);
    expect(await failing(new UnavailableError("database_unreachable", "gone"))).toEqual(new Map());
    await expect(failing(new TypeError("a bug"))).rejects.toThrow("a bug");
    const stopped = similarIds(["a"], () => Promise.reject(new Error("stop")), plan, AbortSignal.abort());
    expect(await stopped).toEqual(new Map());
  });
});
