import { RUN_COLUMNS } from "../../src/adapters/db/run-table.js";
import { COMMANDS } from "../../src/cli/command-line/declaration.js";
import { CHECKS } from "../../src/cli/commands/doctor/checks/names.js";
import { EXIT, EXIT_OF_SIGNAL } from "../../src/cli/process/exit-codes.js";
import { parseCommandLine } from "../../src/cli/program.js";
import { codeSpans, documentOf, documents, tableRows } from "./markdown.js";

const cli = documentOf("docs/cli.md");

/** The flags that a help text lists, without the short ones. */
function flagsOf(...argv: string[]): string[] {
  const help = parseCommandLine([...argv, "--help"]);
  if (help.command !== "none") throw new Error("no help");
  return [...help.stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, flag]) => flag!);
}

const flagsIn = (text: string): string[] => [...text.matchAll(/--([a-z]+(?:-[a-z]+)*)/g)].map(([, flag]) => flag!);

function documentedFlags(heading: string): string[] {
  return tableRows(cli, heading).flatMap(([flag = ""]) => flagsIn(flag));
}

describe("docs/cli.md", () => {
  it("describes every flag of a run, and no other", () => {
    const documented = [...documentedFlags("Sources"), ...documentedFlags("Options of a run"), "version", "help"];
    expect(documented.sort()).toEqual(flagsOf().sort());
    expect(flagsOf("run").concat("version").sort()).toEqual(flagsOf().sort());
  });

  it("describes every flag of migrate, and no other", () => {
    const documented = [...documentedFlags("Sources"), ...documentedFlags("migrate"), "help"];
    expect(documented.sort()).toEqual(flagsOf("migrate").sort());
  });

  it("describes every flag of render, and no other", () => {
    expect([...documentedFlags("render"), "help"].sort()).toEqual(flagsOf("render").sort());
  });

  it("describes every flag of explain, and no other", () => {
    expect([...documentedFlags("explain"), "help"].sort()).toEqual(flagsOf("explain").sort());
  });

  it("describes every flag of doctor, and no other", () => {
    const documented = [...documentedFlags("Sources"), ...documentedFlags("doctor"), "help"];
    expect(documented.sort()).toEqual(flagsOf("doctor").sort());
  });

  it("describes every check of doctor, in their order", () => {
    const listed = tableRows(cli, "doctor").map(([check = ""]) => codeSpans(check)[0] ?? "");
    expect(listed.filter((name) => name !== "" && !name.startsWith("--"))).toEqual(Object.values(CHECKS));
  });

  it("describes every flag of inspect, and no other", () => {
    const documented = [...documentedFlags("Sources"), ...documentedFlags("inspect"), "help"];
    expect(documented.sort()).toEqual(flagsOf("inspect").sort());
  });

  it.each([
    ["runs verify", ["Sources", "runs verify"]],
    ["runs accept-break", ["Sources", "runs accept-break"]],
    ["runs rekey", ["Sources", "runs rekey"]],
    ["gate", ["Sources", "gate"]],
  ])("describes every flag of %s, and no other", (command, headings) => {
    const documented = [...headings.flatMap(documentedFlags), "help"];
    expect(documented.sort()).toEqual(flagsOf(...command.split(" ")).sort());
  });

  it("describes every flag of serve, and no other", () => {
    const documented = [...documentedFlags("Sources"), ...documentedFlags("serve"), "help"];
    expect(documented.sort()).toEqual(flagsOf("serve").sort());
  });

  it("describes every flag of trigger, and no other", () => {
    expect([...documentedFlags("trigger"), "help"].sort()).toEqual(flagsOf("trigger").sort());
  });

  it("names the values that the flags take as --help does", () => {
    const help = parseCommandLine(["--help"]);
    const stdout = help.command === "none" ? help.stdout : "";
    const forms = [...tableRows(cli, "Sources"), ...tableRows(cli, "Options of a run")]
      .flatMap(([flag = ""]) => codeSpans(flag))
      .filter((form) => form.startsWith("--"));
    for (const form of forms) expect(stdout).toContain(`${form} `);
  });

  it("describes every column of the run record", () => {
    const documented = tableRows(cli, "The run record").flatMap(([column = ""]) => codeSpans(column));
    expect(documented.sort()).toEqual(RUN_COLUMNS.map(({ name }) => name).sort());
  });
});

describe("flags that documents mention", () => {
  const known = new Set(["", ...COMMANDS].flatMap((command) => flagsOf(...(command === "" ? [] : command.split(" ")))));
  // Of other programs: npm run simulate, npm run break, npm run bench, systemctl.
  const foreign = [
    "worlds",
    "seed",
    "sample",
    "cases",
    "class",
    "workers",
    "replay",
    "differ",
    "now",
    "data-binary",
    "still",
  ];

  it.each(documents.map((document) => [document.path, document] as const))("%s: all exist", (_path, { prose }) => {
    const mentioned = codeSpans(prose).flatMap(flagsIn);
    expect(mentioned.filter((flag) => !known.has(flag) && !foreign.includes(flag))).toEqual([]);
  });
});

describe("exit codes", () => {
  const codes = [...Object.values(EXIT), ...Object.values(EXIT_OF_SIGNAL)].map(String).sort();

  it.each([
    ["README.md", "Exit codes"],
    ["docs/exit-codes.md", "Exit codes"],
  ])("%s lists every one, and no other", (path, heading) => {
    const cells = tableRows(documentOf(path), heading).map(([code = ""]) => code);
    const listed = cells.flatMap((cell) => cell.split(", ")).filter((cell) => /^\d+$/.test(cell));
    expect(listed.sort()).toEqual(codes);
  });
});
