import fc from "fast-check";
import type { Report } from "../../../src/core/report/report.js";
import { junit } from "../../../src/report/formats/junit.js";
import { discrepancy, emptyReport, fullReport } from "../../support/core-report.js";
import { parseXml, type XmlElement } from "../../support/xml.js";

/** The suite, held against what Jenkins, GitLab and GitHub's readers take: names, order, and counts that are right. */
function suiteOf(report: Report): { suite: XmlElement; cases: readonly XmlElement[] } {
  const root = parseXml(junit(report, { color: false, width: null, limit: 1 }));
  expect(root.name).toBe("testsuites");
  expect(root.children.map(({ name }) => name)).toEqual(["testsuite"]);
  const [suite] = root.children as [XmlElement];
  const [properties, ...cases] = suite.children as [XmlElement, ...XmlElement[]];
  expect(properties.name).toBe("properties");
  for (const { name, attributes } of properties.children) {
    expect([name, Object.keys(attributes)]).toEqual(["property", ["name", "value"]]);
  }
  const results = cases.flatMap(({ children }) => children.map(({ name }) => name));
  const counted = (name: string) => String(results.filter((result) => result === name).length);
  const counts = { tests: String(cases.length), failures: counted("failure"), errors: counted("error") };
  expect(root.attributes).toMatchObject(counts);
  expect(suite.attributes).toMatchObject({ ...counts, skipped: counted("skipped") });
  expect(suite.attributes.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  for (const { name, attributes, children } of cases) {
    expect([name, Object.keys(attributes)]).toEqual(["testcase", ["classname", "name", "time"]]);
    expect(children.filter((child) => child.name !== "system-out").length).toBeLessThanOrEqual(1);
    for (const child of children) expect(["failure", "error", "skipped", "system-out"]).toContain(child.name);
  }
  return { suite, cases };
}

const resultOf = ({ children }: XmlElement) => children.find(({ name }) => name !== "system-out")?.name ?? "passed";

describe("junit", () => {
  it("is one passed test for a run that is in sync", () => {
    const { cases } = suiteOf(emptyReport());
    expect(cases.map(resultOf)).toEqual(["passed"]);
    expect(cases[0]!.attributes.name).toBe("the run passes");
  });

  it("has a test for the run and one for each finding", () => {
    const { cases } = suiteOf(fullReport());
    expect(cases.map(resultOf)).toEqual([...Array(8).fill("failure"), "error", "error", "skipped"]);
    const drift = cases.find(({ attributes }) => attributes.name === "stream_2: recipient")!;
    expect(drift.attributes.classname).toBe("reconcile-streams.drift");
    expect(drift.children[0]!.attributes.message).toContain(" in the database, ");
    expect(cases.map(({ attributes }) => attributes.name)).toContain("the run: chain_lost");
    expect(cases[0]!.children[1]!.text).toMatch(/\nnotice archived_or_unknown of 0f8fad5b-/);
  });

  it.each<[Report["exitCode"], string]>([
    [0, "passed"],
    [3, "failure"],
    [4, "failure"],
    [5, "error"],
    [130, "error"],
  ])("fails the run's test exactly as the run does: exit code %i", (exitCode, result) => {
    const lag = discrepancy("a", "status", "x", "y", "lag");
    const { cases } = suiteOf(emptyReport({ exitCode, discrepancies: [lag] }));
    expect(cases.map(resultOf)).toEqual([result, "skipped"]);
  });

  it("tells the run that it is of", () => {
    const { suite } = suiteOf(emptyReport({ scope: ["a", "<b>"], network: null, ledger: { first: 5, last: 7 } }));
    const properties = Object.fromEntries(
      suite.children[0]!.children.map(({ attributes }) => [attributes.name, attributes.value]),
    );
    expect(properties).toMatchObject({ scope: '["a","<b>"]', network: "unknown", ledgers: "5 to 7", dryRun: "false" });
  });

  it("is well-formed, and shows what XML forbids, whatever the values are", () => {
    const hostile = "</failure><!-- ]]> & \" ' \u0000\u001b\ufffe\uffff\ud800";
    const [, found] = suiteOf(
      emptyReport({ scope: [hostile], discrepancies: [discrepancy(hostile, hostile, hostile, null)] }),
    ).cases;
    expect(found!.attributes.name).toContain("</failure><!-- ]]> & \" ' \\x00\\x1b\\u{fffe}\\u{ffff}\\u{d800}");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        suiteOf(emptyReport({ network: value, discrepancies: [discrepancy(value, value, value, value)] }));
      }),
    );
  });
});
