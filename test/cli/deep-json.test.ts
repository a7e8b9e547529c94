import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf } from "../support/cli-world.js";
import { fullReport } from "../support/core-report.js";
import { calls } from "../support/rpc-faults.js";

/** The stack overflows at some thousands of levels; a million is more than any parser of its own takes. */
const DEPTHS = [5_000, 1_000_000];
const DRY_RUN = ["--dry-run", "--format", "json"];

const list = (levels: number, inside = "") => `${"[".repeat(levels)}${inside}${"]".repeat(levels)}`;
const object = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

let world: CliWorld;

beforeAll(async () => {
  world = await createWorld();
});

afterEach(() => world.server.clearFaults());
afterAll(() => world.close());

function expectClear(output: { readonly stdout: string; readonly stderr: string }): void {
  expect(`${output.stdout}${output.stderr}`).not.toMatch(/unexpected error|call stack|RangeError/);
}

describe.each(DEPTHS)("a node's answer nested %i levels deep", (levels) => {
  it.each([
    ["getHealth", "result"],
    ["getNetwork", "result"],
    ["getLedgerEntries", "result"],
    ["getLedgerEntries", "error"],
    ["getLedgerEntries", "id"],
    ["getLedgerEntries", "more"],
  ])("is an answer that cannot be read, of %s in its %s", async (method, member) => {
    const deep = levels > 5_000 || member === "result" ? list(levels) : object(levels);
    const edit = (text: string) =>
      member === "more"
        ? `${text.slice(0, -1)},"more":${deep}}`
        : JSON.stringify({ ...JSON.parse(text), [member]: "@" }).replace('"@"', deep);
    world.server.fault({ fault: { kind: "text", edit }, when: calls(method), times: Number.POSITIVE_INFINITY });
    const result = await cli([...world.overRpc, ...DRY_RUN]);
    expectClear(result);
    expect(result.code).toBe(5);
    const { errors } = reportOf(result);
    expect(errors[0]).toMatchObject({ code: "rpc_bad_answer", message: expect.stringContaining("levels deep") });
  });
});

describe.each(DEPTHS)("a file nested %i levels deep", (levels) => {
  it.each([
    ["a list", (deep: string) => deep],
    ["a key of the file", (deep: string) => `{"more":${deep},"ledger_entries":[]}`],
    ["an entry", (deep: string) => `{"ledger_entries":[${deep}]}`],
    ["a value of an entry", (deep: string) => `{"ledger_entries":[{"entry":{"data":${deep}}}]}`],
  ])("is no ledger snapshot: %s", async (_, around) => {
    const path = await world.write("deep.json", around(list(levels)));
    const result = await cli([...world.overSnapshot.slice(0, -1), `snapshot:${path}`, ...DRY_RUN]);
    expectClear(result);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining("nested too deeply") });
  });

  it.each([
    ["the file", (deep: string) => deep],
    [
      "a key that no version has",
      (deep: string) => JSON.stringify({ ...fullReport(), more: "@" }).replace('"@"', deep),
    ],
    ["the summary", (deep: string) => JSON.stringify({ ...fullReport(), summary: "@" }).replace('"@"', deep)],
  ])("is no report for render: %s", async (_, around) => {
    const stdin = around(object(levels));
    const result = await cli(["render", "-", "--format", "json"], { stdin });
    expectClear(result);
    expect(result).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("levels deep") });
  });

  it.each([
    ["config.json", (deep: string) => `{"contract":{"layout":${deep}}}`],
    ["config.json", (deep: string) => `{"contract":{"layout":${deep}`],
    ["package.json", (deep: string) => `{"reconcile-streams":{"contract":{"layout":${deep}}}}`],
    ["package.json", (deep: string) => `{"scripts":${deep},"reconcile-streams":{}}`],
  ])("is no configuration: %s", async (name, around) => {
    const path = await world.write(name, around(list(levels)));
    const result = await cli([...DRY_RUN, "--config", path]);
    expectClear(result);
    expect(result).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("nested too deeply") });
  });
});

it.each([
  ["that many lists", `contract: { layout: ${list(5_000)} }`],
  ["what the parser still takes", `contract: { layout: ${list(150)} }`],
  ["itself", "contract: &it { layout: *it }"],
])("is no configuration in YAML that contains %s", async (_, text) => {
  const path = await world.write("config.yaml", text);
  const result = await cli([...DRY_RUN, "--config", path]);
  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining("nested too deeply") });
});
