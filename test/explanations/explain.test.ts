import { EXIT, EXIT_OF_SIGNAL } from "../../src/cli/process/exit-codes.js";
import { FAIL_ON } from "../../src/cli/process/fail-on.js";
import { CONTRACT_INVARIANTS, INVARIANTS } from "../../src/core/rules/escrow-invariants.js";
import { explain, explanations } from "../../src/explanations/explain.js";
import { emittedCodes } from "../docs/emitted-codes.js";
import { codeSpans, documentOf, tableRows } from "../docs/markdown.js";

const emitted = emittedCodes();
const codesOf = (kind: string) =>
  explanations()
    .filter((explanation) => explanation.kind === kind)
    .map(({ code }) => code);

describe("explanations", () => {
  it("hold every exit code, and no other", () => {
    const codes = [...Object.values(EXIT), ...Object.values(EXIT_OF_SIGNAL)].map(String);
    expect(codesOf("exit").sort()).toEqual(codes.sort());
  });

  // A code that is missing here belongs into src/explanations; then `npm run docs` writes the tables.
  it("hold every code of an error, of a notice, and every invariant that the source can emit, and no other", () => {
    const invariants = new Set([...emitted.invariants, ...CONTRACT_INVARIANTS, ...INVARIANTS.map(({ name }) => name)]);
    expect(codesOf("error").sort()).toEqual([...emitted.errors].sort());
    expect(codesOf("notice").sort()).toEqual([...emitted.notices].sort());
    expect(codesOf("invariant").sort()).toEqual([...invariants].sort());
  });

  it("hold what a service answers and why it refuses, as its document lists them", () => {
    const service = documentOf("docs/service.md");
    const listed = (heading: string, cell: number) =>
      tableRows(service, heading).flatMap((cells) => codeSpans(cells[cell] ?? "").slice(0, 1));
    const answers = [...listed("Errors", 1), "not_found"].filter((code) => explain(code)?.kind !== "error");
    const known = new Set([...answers, ...listed("When it answers 404", 0)]);
    expect(codesOf("service").sort()).toEqual([...known].filter((code) => code !== "code").sort());
  });

  it("hold every kind that a run may fail on", () => {
    for (const kind of FAIL_ON) expect(explain(kind)).not.toBeNull();
    expect(codesOf("finding")).toEqual(["drift", "lag", "missing-on-chain", "missing-in-db", "violation"]);
  });

  it.each(explanations().map((explanation) => [explanation.code, explanation] as const))("explain %s", (code, it) => {
    expect(explain(code)).toBe(it);
    expect(it.title).toMatch(/^[^.]{5,60}$/);
    expect(it.meaning.length).toBeGreaterThan(5);
    expect(it.action).toMatch(/^[A-Z0-9].*[.]$/);
    // Cells of a table, and text for a terminal.
    for (const text of [it.title, it.meaning, it.action]) expect(text).not.toMatch(/[|\n]|\]\(/);
    if (it.section !== null) expect(documentOf("docs/runbook.md").headings).toContain(it.section);
  });

  it("are found however they are written, and by their other names", () => {
    expect(explain("DRIFT")?.code).toBe("drift");
    expect(explain(" Row-Unreadable ")?.code).toBe("row_unreadable");
    expect(explain("missing_in_db")?.code).toBe("missing-in-db");
    expect(explain("IN_SYNC")?.code).toBe("0");
    expect(explain("INCOMPLETE")?.code).toBe("5");
    expect(explain("SIGTERM")?.code).toBe("143");
    expect(explain("ttl")?.code).toBe("ttl_low");
  });

  it("are null for anything else", () => {
    for (const code of ["", "6", "rowunreadable", "constructor", "__proto__", "toString"])
      expect(explain(code)).toBeNull();
  });
});
