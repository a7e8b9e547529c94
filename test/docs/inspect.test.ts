import { createInspectWorld, type InspectWorld } from "../support/cli-inspect.js";
import { cli } from "../support/cli-io.js";
import { blocksOf, codeSpans, documentOf, tableRows } from "./markdown.js";

describe("docs/inspect.md", () => {
  let world: InspectWorld;
  beforeAll(async () => {
    world = await createInspectWorld();
  });
  afterAll(() => world.close());

  it("shows what the program says of such a stream", async () => {
    const [block] = blocksOf("text", "inspect");
    const { stdout } = await cli(["inspect", "stream_1", ...world.overRpc], { clock: world.clock });
    expect(`${block!.text}\n`).toBe(stdout);
  });

  it("describes every key of the JSON, and no other", async () => {
    const args = ["inspect", "stream_1", "--raw", "--format", "json", ...world.overRpc];
    const { stdout } = await cli(args, { clock: world.clock });
    const rows = tableRows(documentOf("docs/inspect.md"), "For programs");
    const documented = rows.flatMap(([key = ""]) => codeSpans(key));
    expect(documented.sort()).toEqual(Object.keys(JSON.parse(stdout) as object).sort());
    const described = new Set(rows.flatMap(([, content = ""]) => codeSpans(content)));
    const document = JSON.parse(stdout) as Record<string, Record<string, unknown> & Record<string, unknown>[]>;
    for (const key of ["ledger", "balances", "lifetime", "history", "raw", "links"]) {
      expect([...described]).toEqual(expect.arrayContaining(Object.keys(document[key]!)));
    }
    expect([...described]).toEqual(expect.arrayContaining(Object.keys(document.fields![0]!)));
  });
});
