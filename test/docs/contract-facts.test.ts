import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONTRACT_INVARIANTS, INVARIANTS } from "../../src/core/rules/escrow-invariants.js";
import { PRESETS } from "../../src/presets/presets.js";
import { codeSpans, documentOf, ROOT, tableRows } from "./markdown.js";

describe("docs/contract-facts.md", () => {
  const rows = tableRows(documentOf("docs/contract-facts.md"), "StreamPay's invariants").filter(([no]) =>
    /^\d+$/.test(no!),
  );
  const numberOf = new Map(rows.flatMap(([no, , names]) => codeSpans(names!).map((name) => [name, no!] as const)));

  it("numbers the invariants in a row", () => {
    expect(rows.map(([no]) => Number(no))).toEqual(rows.map((_, index) => index + 1));
  });

  it("lists every invariant of StreamPay, and no other", () => {
    const known = [...INVARIANTS.map(({ name }) => name), ...CONTRACT_INVARIANTS, "id_below_count"];
    expect(known).toEqual(expect.arrayContaining([...numberOf.keys()]));
    expect([...numberOf.keys()]).toEqual(expect.arrayContaining([...(PRESETS.streampay.invariants ?? [])]));
  });

  it("numbers them as the comments of the code do", () => {
    const code = readFileSync(join(ROOT, "src/core/rules/escrow-invariants.ts"), "utf8");
    const commented = [...code.matchAll(/\/\/ (\d+)\b.*\n\s+name: "(\w+)"/g)].map(([, no, name]) => [name, no]);
    expect(commented.length).toBeGreaterThan(15);
    for (const [name, no] of commented) expect([name, numberOf.get(name!)]).toEqual([name, no]);
  });
});
