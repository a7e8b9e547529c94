import { existsSync } from "node:fs";
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../src/core/report/report.js";
import { cli } from "../support/cli-io.js";
import { emptyReport } from "../support/core-report.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reconcile-streams-reports-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  cli(["--dry-run", ...args], { cwd: folder, env });
const IN_SYNC = ["--stream", "stream_1"];
const read = (name: string) => readFile(join(folder, name), "utf8");

describe("--report", () => {
  it("writes files beside what is printed, before the command and after it", async () => {
    const plain = await run([]);
    const result = await cli(
      ["--dry-run", "--report", "json=a.json", "run", "--report", "csv=b.csv", "--report", "ndjson=c"],
      { cwd: folder },
    );
    expect(result).toEqual(plain);
    const report = JSON.parse(await read("a.json")) as Report;
    expect(report).toMatchObject({ status: "VIOLATION", exitCode: 4 });
    expect((await read("b.csv")).split("\r\n")).toHaveLength(8);
    expect((await read("c")).trimEnd().split("\n")).toHaveLength(6);
    expect((await readdir(folder)).sort()).toEqual(["a.json", "b.csv", "c"]);
  });

  it("has every finding where lines are printed as they are found", async () => {
    const result = await run(["--format", "ndjson", "--report", "json=a.json"]);
    const report = JSON.parse(await read("a.json")) as Report;
    expect(result.stdout.trimEnd().split("\n")).toHaveLength(6);
    expect(report.discrepancies.length + report.violations.length).toBe(5);
  });

  it("has the limit of the table in Markdown, and colours nowhere", async () => {
    await cli(["--dry-run", "--limit", "1", "--report", "markdown=a.md", "--report", "table=a.txt"], {
      cwd: folder,
      terminal: 80,
    });
    expect(await read("a.md")).toContain("… and 1 more of 2");
    expect(await read("a.txt")).not.toContain("\u001b");
  });

  it("writes the others when one cannot be written, and exits with 5 unless it says something worse", async () => {
    const reports = ["--report", "html=/dev/full", "--report", "json=a.json"];
    const result = await run([...reports, ...IN_SYNC]);
    expect(result.code).toBe(5);
    expect(result.stdout).toMatch(/IN_SYNC[^<]*$/);
    expect(result.stderr).toMatch(
      /could not be written to \/dev\/full: ENOSPC[\s\S]*The other reports are not affected/,
    );
    expect(JSON.parse(await read("a.json"))).toMatchObject({ exitCode: 0 });
    expect((await run(reports)).code).toBe(4);
  });

  it.each([
    [["htlm=a"], /"htlm" is not a format: did you mean "html"\?/],
    [["report.html"], /did you mean "html=report\.html"\?/],
    [["out.xml"], /did you mean "junit=out\.xml"\?/],
    [["md=a.md"], /"md" is not a format: did you mean "markdown"\?/],
    [["nonsense"], /"nonsense" is not a format: known: csv, github, html/],
    [["html"], /"html" names no file: write html=<file>/],
    [["html="], /"html=" names no file/],
    [["html=-"], /for standard output use --format html/],
    [["html=none/a.html"], /--report: the folder .*none does not exist; create it first/],
    [["html=."], /is a folder; name a file/],
    [["html=a", "csv=./a"], /--report csv=\.\/a: .*a is already the file of --report html=a/],
    [["html=a", "csv=link"], /is already the file of --report html=a/],
    [["html=out"], /is already the file of --output/],
    [["html=same/out"], /is already the file of --output/],
  ])("refuses %j before anything is opened", async (reports, message) => {
    await writeFile(join(folder, "a"), "");
    await symlink("a", join(folder, "link"));
    await symlink(".", join(folder, "same"));
    const before = await readdir(folder);
    const args = reports.flatMap((report) => ["--report", report]);
    const result = await run([...args, "--output", "out", "--db", "sqlite:none.db"]);
    expect(result).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
    expect(await readdir(folder)).toEqual(before);
  });

  it("says every mistake at once", async () => {
    const { stderr } = await run(["--report", "htlm=a", "--report", "html", "--format", "cvs"]);
    expect(stderr.match(/^ {2}--(format|report): /gm)).toHaveLength(3);
  });
});

describe("a report", () => {
  it.each([
    ["--report", "html=backend.db"],
    ["--report", "html=same/ledger.json"],
    ["--output", "backend.db"],
    ["--output", "records.db"],
  ])("never replaces what the run reads or keeps records in: %s %s", async (flag, value) => {
    await copyFile("fixtures/demo/streams.db", join(folder, "backend.db"));
    await copyFile("fixtures/demo/ledger.json", join(folder, "ledger.json"));
    await symlink(".", join(folder, "same"));
    const config = {
      contract: { id: "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526" },
      ...{ database: { url: "sqlite:backend.db" }, chain: { url: "snapshot:ledger.json" } },
      runStore: { url: "sqlite:records.db" },
    };
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    const before = await readFile(join(folder, "backend.db"));
    for (const command of [["--dry-run"], ...(flag === "--output" ? [["inspect", "stream_2"]] : [])]) {
      const result = await cli([...command, "--config", "config.json", flag, value], { cwd: folder });
      expect(result).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("is a file that the run reads"),
      });
      expect(result.stderr).not.toContain("of an earlier run");
    }
    expect(await readFile(join(folder, "backend.db"))).toEqual(before);
  });
});

describe("a report never replaces", () => {
  const CONFIG = {
    contract: { id: "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526" },
    ...{ database: { url: "sqlite:backend.db" }, chain: { url: "snapshot:ledger.json" } },
    runStore: { url: "sqlite:records.db" },
    auth: { keys: { "key-1": "a secret of some length" }, service: "ops", keyId: "key-1" },
  };
  const NAME = "reconcile-streams.config.json";
  let inner: string;

  beforeEach(async () => {
    await copyFile("fixtures/demo/streams.db", join(folder, "backend.db"));
    await copyFile("fixtures/demo/ledger.json", join(folder, "ledger.json"));
    await writeFile(join(folder, NAME), JSON.stringify(CONFIG));
    inner = join(folder, "inner");
    await mkdir(inner);
    await symlink(join(folder, NAME), join(inner, "link.json"));
    await link(join(folder, NAME), join(inner, "hard.json"));
    await writeFile(join(inner, "package.json"), "{}");
  });

  it.each([
    ["the configuration that was found above", [], `../${NAME}`],
    ["what a link to it leads to", [], "link.json"],
    ["another name of it", [], "hard.json"],
    ["the package.json that was looked at before", [], "package.json"],
    ["a configuration that is named", ["--config", "link.json"], "link.json"],
    ["the same by its real path", ["--config", "link.json"], `../${NAME}`],
    ["a database's journal", [], "../backend.db-journal"],
    ["a database's write-ahead log", [], "../backend.db-wal"],
    ["its index", [], "../backend.db-shm"],
    ["the journal of the run store", [], "../records.db-journal"],
    ["the ledger", [], "../ledger.json"],
  ])("%s", async (_, args, target) => {
    const path = join(inner, target);
    const before = await readFile(path).catch(() => null);
    for (const command of [
      ["--report", `json=${target}`],
      ["--dry-run", "--output", target],
      ["inspect", "stream_2", "--output", target],
    ]) {
      const result = await cli([...command, ...args], { cwd: inner });
      expect(result).toMatchObject({ code: 2, stdout: "" });
      expect(result.stderr).toContain(`${path} is a file that the run reads`);
    }
    expect(await readFile(path).catch(() => null)).toEqual(before);
    expect(existsSync(join(folder, "records.db"))).toBe(false);
  });

  it("the configuration of trigger and render, and the report that render reads", async () => {
    const url = ["--url", "http://127.0.0.1:1"];
    await writeFile(join(inner, "saved.json"), JSON.stringify(emptyReport()));
    for (const args of [
      ["trigger", ...url, "--report", "json=link.json"],
      ["render", "saved.json", "--output", "hard.json"],
      ["render", "saved.json", "--output", "saved.json"],
      ["render", "saved.json", "--report", "html=../inner/saved.json"],
    ]) {
      expect(await cli(args, { cwd: inner })).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("is a file that the run reads"),
      });
    }
  });

  it("a certificate that the driver reads", async () => {
    await writeFile(join(inner, "ca.pem"), "of the server");
    const ca = join(inner, "ca.pem");
    const args = ["--chain", "snapshot:../ledger.json", "--report", "json=ca.pem"];
    const inUrl = await cli([...args, "--db", `postgres://u@127.0.0.1:1/x?sslrootcert=${ca}`], { cwd: inner });
    const inVariable = await cli(args, { cwd: inner, env: { PGSSLROOTCERT: ca } });
    for (const { code, stderr } of [inUrl, inVariable]) {
      expect(code).toBe(2);
      expect(stderr).toContain("ca.pem is a file that the run reads");
    }
  });
});

describe("reports of an earlier run", () => {
  it.each([
    [["--dry-run", "--db", "sqlite:none.db", "--chain", "snapshot:none", "--contract", "none"]],
    [["render", "none.json"]],
    [["trigger", "--url", "http://127.0.0.1:1"]],
  ])("are told of where %j ends without one, and left as they are", async (args) => {
    await writeFile(join(folder, "a.html"), "green");
    const result = await cli([...args, "--report", "html=a.html", "--report", "junit=b.xml"], { cwd: folder });
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain(`No report was written: ${join(folder, "a.html")} is from an earlier run.\n`);
    expect(result.stderr).not.toContain("b.xml");
    expect(await read("a.html")).toBe("green");
  });
});

describe("the job summary", () => {
  const summary = () => ({ GITHUB_STEP_SUMMARY: join(folder, "summary.md") });

  it("is appended where annotations are printed, or written", async () => {
    await writeFile(join(folder, "summary.md"), "before\n");
    const { stdout } = await run(["--format", "github"], summary());
    expect(stdout).toMatch(/^::error title=/);
    expect(await read("summary.md")).toMatch(/^before\n## Reconciliation: Violation\n/);
    await run(["--report", "github=a.txt"], summary());
    expect((await read("summary.md")).match(/^## /gm)).toHaveLength(2);
  });

  it("is left alone by the other formats, and where there is none", async () => {
    await run(["--format", "markdown"], summary());
    await run(["--format", "github"], { GITHUB_STEP_SUMMARY: "" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("fails the run as a report does when it cannot be written", async () => {
    await mkdir(join(folder, "summary.md"));
    const result = await run(["--format", "github", ...IN_SYNC], summary());
    expect(result).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/job summary could not be written to .*: EISDIR/),
    });
  });

  it.each([
    ["x".repeat(10_000), 2_000, /… and 1,9[59]0 more of 2,000/],
    [
      "x".repeat(1_000_000),
      2,
      /^## Reconciliation: Violation\n\n\*\*2 violations .*\*\*\n\nThe rest is too large for a job summary/,
    ],
  ])("stays below what GitHub takes", async (id, findings, expected) => {
    const report = JSON.parse((await run(["--format", "json"])).stdout) as Report;
    const [found] = report.discrepancies;
    const discrepancies = Array.from({ length: findings }, () => ({ ...found!, streamId: id }));
    const args = ["render", "-", "--format", "github", "--limit", "0"];
    await cli(args, { cwd: folder, env: summary(), stdin: JSON.stringify({ ...report, discrepancies }) });
    expect(await read("summary.md")).toMatch(expected);
    expect((await read("summary.md")).length).toBeLessThan(1024 * 1024);
  });
});
