import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMANDS } from "../../src/cli/command-line/declaration.js";
import { parseCommandLine } from "../../src/cli/program.js";
import { runBinary } from "../support/cli-binary.js";
import { cli } from "../support/cli-io.js";

const CONTRACT = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";

/** The command lines that a help text gives as examples, as words. */
async function examplesOf(...argv: string[]): Promise<string[][]> {
  const { stdout } = await cli([...argv, "--help"]);
  return [...stdout.matchAll(/^ +\$ reconcile-streams(.*)$/gm)].map(([, words]) => words!.trim().split(/ +/));
}

describe("the examples of --help", () => {
  let folder: string;

  /** A backend in the folder that the examples run in: the demo's, under the names that they use. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "reconcile-streams-examples-"));
    copyFileSync("fixtures/demo/streams.db", join(folder, "backend.db"));
    copyFileSync("fixtures/demo/ledger.json", join(folder, "ledger.json"));
    const sides = `database: { url: "sqlite:./backend.db" }\nchain: { url: "snapshot:./ledger.json" }\n`;
    writeFileSync(join(folder, "production.yaml"), `${sides}contract: { id: ${CONTRACT} }\n`);
    await cli(["--dry-run", "--format", "json", "--output", "report.json"], { cwd: folder });
    // For those that read the records of earlier runs.
    await cli(["migrate", "--config", "production.yaml"], { cwd: folder });
    await cli(["--config", "production.yaml", "--quiet"], { cwd: folder });
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ["reconcile-streams"],
    ["run"],
    ["inspect"],
    ["migrate"],
    ["explain"],
    ["render"],
    ["doctor"],
    ["runs verify"],
    ["gate"],
  ])("of %s work", async (command) => {
    const examples = await examplesOf(...(command === "reconcile-streams" ? [] : command.split(" ")));
    expect(examples.length).toBeGreaterThan(1);
    for (const args of examples) {
      const { code, stderr } = await runBinary(args, { cwd: folder });
      const isRun = args[0]!.startsWith("--") || ["inspect", "gate"].includes(args[0]!) || args.includes("--exit-code");
      expect({ args, code: isRun && [0, 3, 4].includes(code!) ? 0 : code }).toEqual({ args, code: 0 });
      expect(stderr).not.toContain("error");
    }
  });

  it.each(COMMANDS)("of %s are understood", async (command) => {
    for (const args of await examplesOf(...command.split(" ")))
      expect(parseCommandLine(args)).toMatchObject({ args: expect.anything() });
  });
});
