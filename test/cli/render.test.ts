import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Report } from "../../src/core/report/report.js";
import { FORMATS } from "../../src/report/formats.js";
import { runBinary } from "../support/cli-binary.js";
import { cli } from "../support/cli-io.js";
import { emptyReport, fullReport } from "../support/core-report.js";
import { MALFORMED_REPORTS } from "../support/malformed-reports.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reconcile-streams-render-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function save(report: unknown): Promise<string> {
  await writeFile(join(folder, "report.json"), typeof report === "string" ? report : JSON.stringify(report));
  return "report.json";
}
const render = (...args: string[]) => cli(["render", ...args], { cwd: folder });

describe("render", () => {
  it.each(FORMATS.map((format) => [format]))("shows a saved report as a run shows it: %s", async (format) => {
    await cli(["--dry-run", "--format", "json", "--output", "report.json"], { cwd: folder });
    const saved = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
    const rendered = await render("report.json", "--format", format);
    expect(rendered).toMatchObject({ code: 0, stderr: "" });
    const fresh = await cli(["--dry-run", "--format", format], { cwd: folder });
    // Lines of findings come in the order in which they are found, and then in the report's.
    const sorted = (text: string) =>
      text
        .replaceAll(/\.\d{3}Z/g, "")
        .split("\n")
        .sort()
        .join("\n");
    expect(sorted(rendered.stdout)).toBe(sorted(fresh.stdout));
    expect(saved.exitCode).toBe(4);
  });

  it("reads standard input", async () => {
    const { code, stdout } = await cli(["render", "-", "--format", "csv"], {
      stdin: `\ufeff${JSON.stringify(fullReport())}`,
    });
    expect(code).toBe(0);
    expect(stdout.split("\r\n")).toHaveLength(14);
    const child = await runBinary(["render", "-"]);
    expect(child).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/The report is empty: standard input/),
    });
  });

  it("exits with the code of the report's run only where that is asked for", async () => {
    await save(fullReport());
    expect((await render("report.json")).code).toBe(0);
    expect((await render("report.json", "--exit-code")).code).toBe(4);
    await save(emptyReport());
    expect((await render("report.json", "--exit-code")).code).toBe(0);
  });

  it("writes several at once, where it is told to, and is wide as a terminal", async () => {
    await save(fullReport());
    const result = await cli(
      ["render", "report.json", "--limit", "1", "--report", "html=a.html", "--report", "junit=b.xml"],
      { cwd: folder, terminal: 80 },
    );
    expect(result.code).toBe(0);
    expect(result.stdout).toContain("and 4 more of 5");
    expect(result.stdout).toContain("\u001b[");
    for (const line of stripVTControlCharacters(result.stdout).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(await readFile(join(folder, "a.html"), "utf8")).toMatch(/^<!DOCTYPE html>/);
    expect(await readFile(join(folder, "b.xml"), "utf8")).toMatch(/^<\?xml/);
  });

  it("exits with 5 when the report cannot be written, and shows it all the same", async () => {
    await save(emptyReport());
    const result = await render("report.json", "--output", "/dev/full");
    expect(result).toMatchObject({ code: 5, stderr: expect.stringContaining("could not be written") });
    expect(result.stdout).toContain("IN_SYNC");
  });

  it("takes reports of earlier versions, and of later ones", async () => {
    const old = fullReport();
    const discrepancies = old.discrepancies.map(({ token: _token, ...rest }) => rest);
    const { ignored: _ignored, confirmation: _confirmation, ...summary } = old.summary;
    await save({ ...old, summary, discrepancies, tokens: undefined });
    expect((await render("report.json", "--format", "html")).code).toBe(0);
    await save({ ...old, later: { key: 1 } });
    expect((await render("report.json")).code).toBe(0);
  });
});

describe("render of what is no report", () => {
  it.each<[string, unknown, RegExp]>([
    ["another document", { a: 1 }, /schemaVersion: is missing; expected 1\n {2}runId: is missing; expected a UUID/],
    ["a list", [], /the document: expected an object, found an empty list/],
    ["no JSON", "{", /not valid JSON: .*report\.json/],
    ["lines of findings", '{"kind":"notice"}\n{"kind":"summary"}\n', /It has one finding per line \(ndjson\)/],
    ["nothing", "  \n", /The report is empty/],
    [
      "a wrong amount",
      { ...fullReport(), discrepancies: [{ ...fullReport().discrepancies[0], dbValue: 5 }] },
      /discrepancies\[0\]\.dbValue: expected text or null, found 5/,
    ],
    ["another status", { ...fullReport(), status: "GREEN" }, /status: expected one of "IN_SYNC", .*, found "GREEN"/],
    [
      "a wrong scope",
      { ...fullReport(), scope: "some" },
      /scope: expected "all-streams" or a list of ids, found "some"/,
    ],
    ["an empty scope", { ...fullReport(), scope: [] }, /scope: expected a list of ids, found an empty list/],
    [
      "values that are no text",
      { ...fullReport(), violations: [{ ...fullReport().violations[0], values: { "a b": {} } }] },
      /violations\[0\]\.values\["a b"\]: expected text or null, found an object/,
    ],
    ...MALFORMED_REPORTS.map(([what, changes, fault]): [string, unknown, RegExp] => [
      what,
      { ...fullReport(), ...changes },
      fault,
    ]),
  ])("says what is wrong with %s", async (_what, document, message) => {
    await save(document);
    const { code, stdout, stderr } = await render("report.json");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toContain("→ Save one with --format json");
  });

  it.each<[string, Partial<Report>, RegExp]>([
    ["a green status over findings", { status: "IN_SYNC", exitCode: 0 }, /status: IN_SYNC, but there are findings/],
    [
      "a green status over an escrow of which nobody knows whether it can pay",
      emptyReport({ notices: [{ streamId: null, code: "solvency_undecided", message: "m" }] }),
      /status: IN_SYNC, but there are findings/,
    ],
    ["a milder status", { status: "DRIFT", exitCode: 3 }, /status: DRIFT, but the findings make it VIOLATION/],
    ["a green exit code", { exitCode: 0 }, /exitCode: 0, but the status is VIOLATION/],
    ["a violation that was cut out", { violations: [] }, /summary: 2 violations, but 0 are listed/],
    ["drift that was cut out", { discrepancies: [] }, /summary: 4 streams differ, but 0 discrepancies/],
    [
      "counts that do not add up",
      { summary: { ...fullReport().summary, inSync: 5 } },
      /summary: 1234567 streams checked, but its parts add up to 10/,
    ],
  ])("refuses a report with %s", async (_what, changes, message) => {
    await save({ ...fullReport(), ...changes });
    const { code, stdout, stderr } = await render("report.json", "--format", "html");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/The report contradicts itself/);
    expect(stderr).toMatch(message);
    expect(stderr).toContain(
      "→ It has been edited or is incomplete: run again, or take the report from the run record.",
    );
  });

  it("takes a report that a policy let pass", async () => {
    const notices = [{ streamId: null, code: "policy_fail_on", message: "m" }];
    await save({ ...fullReport(), exitCode: 0, notices });
    expect((await render("report.json")).code).toBe(0);
  });

  it("says that a report is of a later version", async () => {
    await save({ ...fullReport(), schemaVersion: 2 });
    expect(await render("report.json")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /from a later version than this program[\s\S]*schemaVersion is 2[\s\S]*→ Render it with the version that wrote it/,
      ),
    });
  });

  it("says how many more faults there are", async () => {
    await save({});
    expect((await render("report.json")).stderr).toMatch(/… and \d+ more\n/);
  });

  it.each([
    ["none.json", /There is no such file/],
    [".", /It is a folder/],
    ["a\u0000b", /The report cannot be read/],
  ])("says why %j cannot be read", async (name, message) => {
    const { code, stdout, stderr } = await render(name);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).toContain("→ Save one with --format json --output report.json, or with --report json=report.json.");
  });

  it("wants one file, and options that are right", async () => {
    expect(await render()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("missing required argument 'report'"),
    });
    await save(fullReport());
    const { code, stderr } = await render("report.json", "--format", "htlm", "--limit", "x");
    expect(code).toBe(2);
    expect(stderr).toMatch(/"htlm" is not a format: did you mean "html"\?\n {2}--limit: "x"/);
  });
});
