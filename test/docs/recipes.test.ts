import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { CHAINS } from "../../src/cli/sources/chains.js";
import { DATABASES } from "../../src/cli/sources/databases.js";
import type { Source } from "../../src/cli/sources/source.js";
import { explain } from "../../src/explanations/explain.js";
import { contractId } from "../support/streampay-contract.js";
import { TOY_FILES } from "../support/toy-sources.js";
import { documentOf, ROOT } from "./markdown.js";

/** The files that the recipe of this name in docs/architecture.md points at. */
function filesOf(recipe: string): string[] {
  const text = documentOf("docs/architecture.md").prose.split(`**${recipe}**`)[1]!.split("\n**")[0]!;
  return [...text.matchAll(/`((?:src|test)\/[^`<]+\.ts)`/g)].map(([, path]) => path!);
}

interface Recipe {
  readonly sources: Readonly<Record<string, Source>>;
  /** What a URL that cannot be used is reported as. */
  readonly code: string;
  readonly test: string;
  /** The call that runs the contract suite there. */
  readonly suite: string;
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  "A database": {
    ...{ sources: DATABASES, code: "database_url_invalid" },
    ...{ test: "test/adapters/db/<name>.test.ts", suite: "dbClientContract(" },
  },
  "A chain source": {
    ...{ sources: CHAINS, code: "rpc_url_invalid" },
    ...{ test: "test/adapters/chain/<name>.contract.test.ts", suite: "onChainClientContract(" },
  },
};

describe.each(Object.entries(RECIPES))("%s", (recipe, { sources, code, test, suite }) => {
  it("names files that exist", () => {
    for (const path of filesOf(recipe)) expect(() => readFileSync(join(ROOT, path))).not.toThrow();
  });

  it.each(Object.entries(sources))("%s runs the contract suite", (name) => {
    expect(readFileSync(join(ROOT, test.replace("<name>", name)), "utf8")).toContain(suite);
  });

  it.each(Object.entries(sources))("%s is documented", (_, { forms, schemes }) => {
    for (const page of ["docs/cli.md", "docs/configuration.md"]) {
      for (const form of forms) expect(documentOf(page).text).toContain(`\`${form}\``);
    }
    expect(schemes.some((scheme) => explain(code)?.action?.includes(`${scheme}:`))).toBe(true);
  });
});

describe("a toy that the recipes add", () => {
  const [databases, chains] = ["src/cli/sources/databases.ts", "src/cli/sources/chains.ts"];
  let folder: string;
  let program: ts.EmitAndSemanticDiagnosticsBuilderProgram | undefined;

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "reconcile-streams-toy-")));
    cpSync(join(ROOT, "src"), join(folder, "src"), { recursive: true });
    for (const name of ["package.json", "node_modules"]) symlinkSync(join(ROOT, name), join(folder, name));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  /** A file of the repository as somebody who follows the recipe would change it. */
  function edit(path: string, ...changes: readonly (readonly [string, string])[]): void {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const [before] of changes) expect(text).toContain(before);
    write(
      path,
      changes.reduce((edited, [before, after]) => edited.replace(before, after), text),
    );
  }

  const DATABASE_NAME = ['DatabaseName = "postgres"', 'DatabaseName = "toy" | "postgres"'] as const;
  const CHAIN_NAME = ['ChainName = "soroban-rpc"', 'ChainName = "toy" | "soroban-rpc"'] as const;

  function addEverything(): void {
    for (const [path, text] of Object.entries(TOY_FILES)) write(path, text);
    edit(
      databases!,
      DATABASE_NAME,
      ["DatabaseSource>> = { ", "DatabaseSource>> = { toy, "],
      ["import ", 'import { toy } from "./toy-database.js";\nimport '],
    );
    edit(
      chains!,
      CHAIN_NAME,
      ['"ledger-snapshot": ledgerSnapshot,', '"ledger-snapshot": ledgerSnapshot, toy,'],
      ["import ", 'import { toy } from "./toy-chain.js";\nimport '],
    );
  }

  /** What `tsc` says of all that may know a source; each time it looks only at what a change may have affected. */
  function mistakes(): string[] {
    const { config } = ts.readConfigFile(join(ROOT, "tsconfig.build.json"), ts.sys.readFile);
    write("tsconfig.json", JSON.stringify({ ...config, extends: join(ROOT, config.extends) }));
    const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} };
    const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(join(folder, "tsconfig.json"), {}, host)!;
    const files = ts.createIncrementalCompilerHost(options);
    const checked = ts.createEmitAndSemanticDiagnosticsBuilderProgram(fileNames, options, files, program);
    program = checked;
    return checked
      .getSourceFiles()
      .filter(({ fileName }) => /^src\/(cli|adapters)\//.test(relative(folder, fileName)))
      .flatMap((file) => [...checked.getSyntacticDiagnostics(file), ...checked.getSemanticDiagnostics(file)])
      .map(({ file, messageText }) => {
        return `${relative(folder, file!.fileName)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
      });
  }

  it("is missing in every place that the recipes name, until each has it", () => {
    edit(databases!, DATABASE_NAME);
    edit(chains!, CHAIN_NAME);
    const missing = [chains, databases].map((path) => expect.stringMatching(`^${path}: Property 'toy' is missing`));
    expect(mistakes().sort()).toEqual(missing);
    expect(filesOf("A database")).toContain(databases);
    expect(filesOf("A chain source")).toContain(chains);

    addEverything();
    const record = TOY_FILES["src/cli/sources/toy-database.ts"];
    write("src/cli/sources/toy-database.ts", record.replace(/^ {2}secretsOf.*$/m, ""));
    expect(mistakes()).toContainEqual(
      expect.stringMatching(/^src\/cli\/sources\/toy-database.ts: Property 'secretsOf' is missing/),
    );

    addEverything();
    expect(mistakes()).toEqual([]);
  }, 120_000);

  it("is what a run with its URLs opens, and keeps the secrets in them", () => {
    addEverything();
    const args = ["src/cli/main.ts", "--bundle", "--splitting", "--packages=external", "--format=esm"];
    const esbuild = join(ROOT, "node_modules/esbuild/bin/esbuild");
    execFileSync(esbuild, [...args, "--platform=node", "--outdir=dist/program"], { cwd: folder, stdio: "pipe" });
    const run = (...options: string[]) =>
      spawnSync(process.execPath, ["dist/program/main.js", ...options], { cwd: folder, encoding: "utf8", env: {} });
    const on = (host: string) => ["--db", `toydb://u:s3cret@${host}/k3y`, "--chain", "toychain://u:s3cret@host"];
    const options = ["--contract", contractId(1), "--dry-run", "--db-only", "--format=json", "--verbose"];

    const opened = run(...on("host"), ...options);
    expect(opened).toMatchObject({ status: 3, stderr: "" });
    expect(JSON.parse(opened.stdout)).toMatchObject({
      ledger: { first: 77, last: 77 },
      discrepancies: [{ streamId: "toy-1", field: "presence", onChainValue: "missing" }],
    });

    const down = run(...on("down"), ...options);
    expect(down).toMatchObject({ status: 5 });
    expect(`${down.stdout}${down.stderr}`).toContain("no *** at ***\n");
    expect(`${down.stdout}${down.stderr}`).not.toMatch(/s3cret|k3y/);

    expect(run("--help").stdout).toMatch(/database: toydb:\/\/…,\s+postgres:\/\/…/);
    const unknown = run("--db", "mysql://u:s3cret@host/x", ...options);
    expect(unknown.stderr).toMatch(/toydb:\/\/…, .*, found mysql:…/);
    expect(unknown.stderr).not.toContain("s3cret");
  });
});
