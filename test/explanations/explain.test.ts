import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXIT, EXIT_OF_SIGNAL } from "../../src/cli/process/exit-codes.js";
import { FAIL_ON } from "../../src/cli/process/fail-on.js";
import { REASONS } from "../../src/core/report/report.js";
import { explain, explanations } from "../../src/explanations/explain.js";
import { documentOf, ROOT } from "../docs/markdown.js";

const codesOf = (kind: string) =>
  explanations()
    .filter((explanation) => explanation.kind === kind)
    .map(({ code }) => code);

describe("explanations", () => {
  it("hold every exit code, and no other", () => {
    const codes = [...Object.values(EXIT), ...Object.values(EXIT_OF_SIGNAL)].map(String);
    expect(codesOf("exit").sort()).toEqual(codes.sort());
  });

  // The compiler rejects a code that is not explained (src/core/codes.ts). It cannot tell that one is no longer used.
  it("hold no code that the source does not use", () => {
    const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => /^(?!explanations|presets).*\.ts$/.test(name))
      .map((name) => readFileSync(join(ROOT, "src", name), "utf8"))
      .join("\n");
    const codes = ["error", "notice", "invariant", "service"].flatMap(codesOf);
    expect(codes.filter((code) => !sources.includes(`"${code}"`))).toEqual([]);
  });

  it("hold every reason of a difference, one of them as a notice", () => {
    expect([...codesOf("reason"), "no_cursor"].sort()).toEqual([...REASONS].sort());
    expect(explain("no_cursor")?.kind).toBe("notice");
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
