import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { nextSteps } from "../../src/report/next-steps.js";
import { emptyReport } from "../support/core-report.js";
import { code } from "./code.js";
import { anchorOf, type Document, documentOf, documents, ROOT } from "./markdown.js";

const anchorsOf = ({ headings }: Document) => new Set(headings.map(anchorOf));

/** The titles of docs/decisions by the number in the file's name. */
const decisions = new Map(
  documents.flatMap(({ path, headings }) => {
    const number = /^docs\/decisions\/(\d{4})-/.exec(path)?.[1];
    return number === undefined ? [] : [[Number(number), headings[0]!] as const];
  }),
);

it("decisions are numbered in a row, and called by their numbers", () => {
  expect([...decisions.keys()]).toEqual([...decisions].map((_, index) => index + 1));
  for (const [number, title] of decisions) expect(title).toMatch(new RegExp(`^${number}\\. `));
});

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

describe("what code says of the documentation", () => {
  const found = (pattern: RegExp) =>
    code.flatMap(([path, text]) => [...text.matchAll(pattern)].map(([words, ...parts]) => ({ path, words, parts })));

  it("names documents and anchors that exist", () => {
    const named = found(/\b(docs\/[\w/-]+\.md)(?:#([\w-]+))?/g);
    expect(named.filter(({ parts: [, anchor] }) => anchor !== undefined).length).toBeGreaterThan(40);
    const dangling = named.filter(({ parts: [file, anchor] }) => {
      const document = documents.find(({ path }) => path === file);
      return document === undefined || (anchor !== undefined && !anchorsOf(document).has(anchor));
    });
    expect(dangling).toEqual([]);
  });

  it("names decisions that exist", () => {
    const dangling = found(/\bdecision (\d+)/gi).filter(({ parts: [number] }) => !decisions.has(Number(number)));
    expect(dangling).toEqual([]);
  });

  it("names no document that is not here", () => {
    expect(found(/\b(?:[Ff]acts [A-L]\b|[Dd]esign \d|soroban-?facts)/g)).toEqual([]);
  });

  it("names headings that exist", () => {
    const named = code.flatMap(([, text]) => [
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

const everyFinding = emptyReport({
  status: "VIOLATION",
  exitCode: 4,
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
  violations: (["on_chain", "db"] as const).map((side) => ({
    streamId: "1",
    invariant: "parties_differ",
    side,
    message: "",
    values: {},
  })),
  errors: [{ streamId: "1", code: "row_unreadable", message: "" }],
});
