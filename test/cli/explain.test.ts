import { stripVTControlCharacters } from "node:util";
import { explanations } from "../../src/explanations/explain.js";
import { cli } from "../support/cli-io.js";

describe("explain", () => {
  it("says what a finding means, what to do, and what the runbook says", async () => {
    const { code, stdout, stderr } = await cli(["explain", "lag"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n").slice(0, 14).join("\n")).toMatchInlineSnapshot(`
"lag (finding): the database may still catch up

What it means
  A field differs, or a row is not there yet, but the contract changed after the
  ledger to which the database has come, within the allowed lag. \`reason\` says
  more.

What to do
  Wait a minute and run again. If the lag stays, or many streams lag, check that
  the indexer still advances; if not, restart it.

The runbook: Lag (docs/runbook.md)

What it means. A field differs, but the contract changed after the ledger to"
`);
    expect(stdout).toContain("\nWhat not to do. Do not raise `--max-lag` until the finding disappears");
    expect(stdout).not.toMatch(/\*\*|\]\(|```/);
  });

  it.each([
    ["5", /^exit code 5: incomplete\n/],
    ["DRIFT", /^drift \(finding\)/],
    ["missing_on_chain", /^missing-on-chain/],
  ])("understands %s", async (code, start) => {
    const { stdout } = await cli(["explain", code]);
    expect(stdout).toMatch(start);
  });

  it("prints of a list in the runbook what is about the code alone", async () => {
    const { stdout } = await cli(["explain", "rpc_timeout"]);
    const [, runbook] = stdout.split("The runbook: Could not be checked (docs/runbook.md)\n\n");
    expect(runbook).toMatch(/^- `rpc_…`, `chain_lost`: /);
    expect(runbook).toContain('    curl -s "$SOROBAN_RPC_URL"');
    expect(runbook).not.toMatch(/row_unreadable|What not to do/);
    const exact = await cli(["explain", "entry_undecodable"]);
    expect(exact.stdout).toContain("- `entry_undecodable`: the network may");
    expect(exact.stdout).not.toContain("`entry_…` otherwise");
    const last = await cli(["explain", "run_record_failed"]);
    expect(last.stdout).not.toContain("What not to do");
  });

  it("prints the last item of a list without what follows it, and a code that has no section without one", async () => {
    const { stdout } = await cli(["explain", "config_missing"]);
    expect(stdout).not.toContain("runbook");
    expect(stdout).toMatch(/What to do\n {2}Check the path/);
  });

  it("explains several codes at once", async () => {
    const { stdout } = await cli(["explain", "solvent", "ttl_low"]);
    expect(stdout).toMatch(/^solvent \(invariant\): the escrow cannot pay\n\nWhat must hold\n/);
    expect(stdout).toMatch(/\n─{80}\n\nttl_low \(notice\)/);
  });

  it("lists every code without one, one a line", async () => {
    const { code, stdout } = await cli(["explain"]);
    expect(code).toBe(0);
    const listed = stdout.split("\n").flatMap((line) => /^ {2}([\w-]+) {2,}\S/.exec(line)?.[1] ?? []);
    expect(listed).toEqual(explanations().map((explanation) => explanation.code));
  });

  it("prints JSON for programs: a list, always", async () => {
    const { stdout } = await cli(["explain", "row_unreadable", "--format", "json"]);
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ code: "row_unreadable", kind: "error" })]);
    const all = await cli(["--format", "json", "explain"]);
    expect(JSON.parse(all.stdout)).toEqual(explanations());
  });

  it.each([
    ["drfit", /There is no code "drfit"\.\n {2}→ Did you mean drift\?\n/],
    ["permission", /Did you mean run_table_permission, [\w, ]*database_permission[\w, ]*\?/],
    ["6", /There is no code "6"\.\n {2}→ reconcile-streams explain lists every code\.\n$/],
    ["zzzzzz", /There is no code "zzzzzz"\.\n {2}→ reconcile-streams explain lists/],
  ])("refuses %s, with what may have been meant", async (word, message) => {
    const { code, stdout, stderr } = await cli(["explain", "lag", word]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("is what an error points to that there is more to say of", async () => {
    const sides = [
      "--chain",
      "http://127.0.0.1:9",
      "--contract",
      `CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526`,
    ];
    const gone = await cli(["--db", "postgres://127.0.0.1:9/none", ...sides]);
    expect(gone.code).toBe(5);
    expect(gone.stderr).toMatch(/ {2}→ More: reconcile-streams explain database_unreachable\n$/);
    const wrong = await cli(["--db", "sqlite:./none.db", ...sides, "--dry-run"]);
    expect([wrong.code, wrong.stderr.includes("More:")]).toEqual([2, false]);
  });

  it("refuses a format that it does not have", async () => {
    const { code, stderr } = await cli(["explain", "lag", "--format", "jsno"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--format: "jsno" is not a format of explain: did you mean "json"\?/);
  });

  it.each([40, 80, 200])("fits a terminal of %i columns, but for commands to copy", async (columns) => {
    const codes = explanations().map((explanation) => explanation.code);
    const { stdout } = await cli(["explain", ...codes], { terminal: columns });
    const lines = stripVTControlCharacters(stdout).split("\n");
    for (const line of lines.filter((line) => !line.startsWith("    ") && /\S \S/.test(line.replace(/^[- ]+/, "")))) {
      expect(line.length).toBeLessThanOrEqual(Math.min(columns, 80));
    }
    expect(stdout).toContain("\u001b[1m");
    expect((await cli(["explain", "lag", "--no-color"], { terminal: columns })).stdout).not.toContain("\u001b");
  });
});
