import { TOOL_VERSION } from "../../src/cli/process/version.js";
import { FORMATS, type Format } from "../../src/report/formats.js";
import { cli } from "../support/cli-io.js";
import { blocksOf, codeSpans, documentOf, placeOf } from "./markdown.js";

/** The fence's language of each format that is shown as a sample of the demo. */
const SAMPLES: Readonly<Record<string, Format>> = {
  csv: "csv",
  markdown: "markdown",
  xml: "junit",
  text: "github",
  html: "html",
};

const document = documentOf("docs/report.md");

describe("docs/report.md", () => {
  const samples = Object.entries(SAMPLES).flatMap(([language, format]) =>
    blocksOf(language, "demo").map((block) => [format, placeOf(block), block.text] as const),
  );

  it("has a sample of every format that is not shown elsewhere", () => {
    expect(samples.map(([format]) => format).sort()).toEqual(Object.values(SAMPLES).sort());
  });

  it.each(samples)("shows what %s prints for the demo (%s)", async (format, _place, text) => {
    const { stdout } = await cli(["--dry-run", "--format", format]);
    const printed = stdout.replaceAll("\r\n", "\n").replaceAll(TOOL_VERSION, "0.1.0");
    // Of the page, only a part is shown.
    if (format === "html") expect(printed).toContain(text);
    else expect(text).toBe(printed.trimEnd());
  });

  it("lists every format", () => {
    const listed = [...document.prose.matchAll(/^\| (`[a-z]+`) \|/gm)].flatMap(([, span]) => codeSpans(span!));
    expect(FORMATS.filter((format) => !listed.includes(format))).toEqual([]);
  });
});
