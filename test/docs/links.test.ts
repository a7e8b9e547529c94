import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Report } from "../../src/core/report/report.js";
import { nextSteps } from "../../src/report/next-steps.js";
import { anchorOf, type Document, documentOf, documents, ROOT } from "./markdown.js";

const anchorsOf = ({ headings }: Document) => new Set(headings.map(anchorOf));

describe("links", () => {
  const links = documents.flatMap(({ path, prose }) =>
    [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => [path, target!] as const),
  );

  it.each(links.filter(([, target]) => !/^https?:/.test(target)))("%s: %s resolves", (path, target) => {
    const [file = "", anchor] = target.split("#");
    const resolved = file === "" ? path : join(dirname(path), file);
    expect(existsSync(join(ROOT, resolved))).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(documentOf(resolved))).toContain(anchor);
  });
});

describe("what the program says of its documentation", () => {
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [name, readFileSync(join(ROOT, "src", name), "utf8")] as const);

  it("names documents that exist", () => {
    const named = sources.flatMap(([, text]) => text.match(/docs\/[a-z-]+\.md/g) ?? []);
    expect(named.length).toBeGreaterThan(5);
    for (const path of named) expect(documents.map((document) => document.path)).toContain(path);
  });

  it("names headings that exist", () => {
    const named = sources.flatMap(([, text]) => [
      ...text.matchAll(/(docs\/[a-z-]+\.md)(?:,\s+| \(| )"?([A-Z][A-Za-z ]+)["”)]/g),
    ]);
    expect(named.length).toBeGreaterThan(7);
    for (const [, path, heading] of named) expect(documentOf(path!).headings).toContain(heading);
  });

  it("has a section of the runbook for every next step", () => {
    const steps = nextSteps(everyFinding).map((step) => /\(docs\/runbook\.md, ([^)]+)\)/.exec(step)?.[1]);
    expect(steps).toHaveLength(7);
    for (const heading of steps) expect(documentOf("docs/runbook.md").headings).toContain(heading);
  });
});

const everyFinding: Report = {
  schemaVersion: 1,
  runId: "",
  startedAt: "",
  finishedAt: "",
  dryRun: true,
  toolVersion: "",
  status: "VIOLATION",
  exitCode: 4,
  scope: "all-streams",
  contractId: "",
  network: null,
  ledger: { first: null, last: null },
  summary: {
    streamsChecked: 4,
    inSync: 0,
    drifted: 1,
    lagging: 1,
    missingOnChain: 1,
    missingInDb: 1,
    violations: 2,
    unchecked: 1,
    ignored: 0,
    confirmation: { found: 4, dismissed: 0, confirmed: 3 },
  },
  discrepancies: [],
  violations: (["on_chain", "db"] as const).map((side) => ({
    streamId: "1",
    invariant: "parties_differ",
    side,
    message: "",
    values: {},
  })),
  errors: [{ streamId: "1", code: "row_unreadable", message: "" }],
  notices: [],
  tokens: [],
};
