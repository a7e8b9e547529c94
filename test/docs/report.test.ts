import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../../src/core/contract/layout.js";
import { CONTRACT_INVARIANTS, INVARIANTS } from "../../src/core/rules/escrow-invariants.js";
import { explanations } from "../../src/explanations/explain.js";
import { PRESETS } from "../../src/presets/presets.js";
import { codeSpans, documentOf, ROOT, tableRows } from "./markdown.js";

const report = documentOf("docs/report.md");
const firstSpans = (heading: string) =>
  tableRows(report, heading).flatMap(([cell = ""]) => codeSpans(cell).slice(0, 1));

const explained = (kind: string) =>
  explanations()
    .filter((explanation) => explanation.kind === kind)
    .map(({ code }) => code)
    .sort();

describe("docs/report.md", () => {
  it("describes every code of an error, once, and no other", () => {
    const errors = [...firstSpans("Errors"), ...firstSpans("Errors without a report")];
    expect(errors.sort()).toEqual(explained("error"));
  });

  it("describes every code of a notice, once, and no other", () => {
    expect(firstSpans("Notices").sort()).toEqual(explained("notice"));
  });

  it("describes every invariant: where it holds, and on which sides", () => {
    const rows = tableRows(report, "Of one stream").filter(([name = ""]) => name.startsWith("`"));
    const documented = rows.map(([name = "", holdsFor, sides]) => [codeSpans(name)[0], holdsFor, sides]);
    expect(documented).toEqual(
      INVARIANTS.map(({ name, general, database }) => [
        name,
        general ? "every contract" : "layouts that name it",
        database ? "both" : "chain",
      ]),
    );
    const named = INVARIANTS.filter(({ general }) => !general).map(({ name }) => name);
    const used = Object.values<Layout>(PRESETS).flatMap(({ invariants = [] }) => invariants);
    expect([...new Set(used)].sort()).toEqual([...named, ...CONTRACT_INVARIANTS].sort());
  });

  it("describes every invariant once, and no other", () => {
    const documented = [...firstSpans("Of one stream"), ...firstSpans("Of the contract as a whole")];
    expect(documented.sort()).toEqual(explained("invariant"));
  });

  it("describes every key of the report", () => {
    const schema = JSON.parse(readFileSync(join(ROOT, "schema", "report.schema.json"), "utf8")) as ReportSchema;
    const { properties, definitions } = schema;
    const spans = (heading: string) => tableRows(report, heading).flatMap(([cell = ""]) => codeSpans(cell));
    const keys = Object.keys(properties).flatMap((key) => (key === "ledger" ? ["ledger.first", "ledger.last"] : [key]));
    expect(spans("Keys").sort()).toEqual(keys.sort());
    const { confirmation, ...counts } = properties.summary!.properties!;
    const looks = Object.keys(confirmation!.properties!).map((key) => `confirmation.${key}`);
    expect(spans("Summary").sort()).toEqual([...Object.keys(counts), ...looks].sort());
    const { narrowed, ...comparison } = properties.compared!.anyOf![0]!.properties!;
    const narrowing = Object.keys(narrowed!.properties!).map((key) => `narrowed.${key}`);
    expect(spans("Compared").sort()).toEqual([...Object.keys(comparison), ...narrowing].sort());
    expect(spans("Database").sort()).toEqual(Object.keys(properties.database!.properties!).sort());
    expect(spans("Chain").sort()).toEqual(Object.keys(properties.chain!.properties!).sort());
    const verdict = Object.keys(definitions.discrepancy!.properties!.ledger!.properties!).map((key) => `ledger.${key}`);
    const discrepancy = Object.keys(definitions.discrepancy!.properties!).filter((key) => key !== "ledger");
    expect(spans("Discrepancies").sort()).toEqual([...discrepancy, ...verdict].sort());
    expect(spans("Violations").sort()).toEqual(Object.keys(definitions.violation!.properties!).sort());
    const units = Object.keys(definitions.tokenUnits!.properties!);
    expect(spans("Amounts in a token's units").sort()).toEqual(expect.arrayContaining(units));
    expect(spans("Errors and notices as entries").sort()).toEqual(Object.keys(definitions.remark!.properties!).sort());
  });
});

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
}

interface ReportSchema {
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}
