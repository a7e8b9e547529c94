import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../../src/core/contract/layout.js";
import { CONTRACT_INVARIANTS, INVARIANTS } from "../../src/core/rules/escrow-invariants.js";
import { PRESETS } from "../../src/presets/presets.js";
import { emittedCodes } from "./emitted-codes.js";
import { codeSpans, documentOf, ROOT, tableRows } from "./markdown.js";

const report = documentOf("docs/report.md");
const firstSpans = (heading: string) =>
  tableRows(report, heading).flatMap(([cell = ""]) => codeSpans(cell).slice(0, 1));

describe("docs/report.md", () => {
  const emitted = emittedCodes();
  const errors = [...firstSpans("Errors"), ...firstSpans("Errors without a report")];

  it("finds the codes in the source", () => {
    expect([...emitted.errors]).toEqual(
      expect.arrayContaining([
        "row_unreadable",
        "rpc_rate_limited",
        "rpc_bad_answer",
        "chain_lost",
        "interrupted",
        "entry_malformed",
        "snapshot_truncated",
        "run_record_failed",
      ]),
    );
    expect([...emitted.notices]).toEqual(
      expect.arrayContaining(["expired", "no_on_chain_id", "network_not_told", "still_moving", "ignored", "db_only"]),
    );
  });

  it("describes every code of an error, once, and no other", () => {
    expect(errors.sort()).toEqual([...emitted.errors].sort());
  });

  it("describes every code of a notice, once, and no other", () => {
    expect(firstSpans("Notices").sort()).toEqual([...emitted.notices].sort());
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

  it("describes every invariant that the source can report or the configuration may name, once, and no other", () => {
    const known = new Set([...emitted.invariants, ...CONTRACT_INVARIANTS, ...INVARIANTS.map(({ name }) => name)]);
    const documented = [...firstSpans("Of one stream"), ...firstSpans("Of the contract as a whole")];
    expect(documented.sort()).toEqual([...known].sort());
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
}

interface ReportSchema {
  readonly properties: Readonly<Record<string, SchemaNode>>;
  readonly definitions: Readonly<Record<string, SchemaNode>>;
}
