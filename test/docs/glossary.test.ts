import { code } from "./code.js";
import { codeSpans, documentOf, tableRows } from "./markdown.js";

describe("docs/glossary.md", () => {
  const glossary = documentOf("docs/glossary.md");

  it("explains no word twice", () => {
    const words = [...glossary.prose.matchAll(/^\| (\*\*.+?) \|/gm)].flatMap(
      ([, cell]) => cell!.match(/\*\*.+?\*\*/g)!,
    );
    expect(words.length).toBeGreaterThan(50);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it("calls the stages of a run as the code does", () => {
    const names = tableRows(glossary, "A run, stage by stage").flatMap(([, , cell]) => codeSpans(cell!));
    const isDeclared = (name: string) => {
      const declaration = new RegExp(`^export (?:async )?(?:class|interface|type|function|const) ${name}\\b`, "m");
      return code.some(([path, text]) => path.startsWith("src/") && declaration.test(text));
    };
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !isDeclared(name))).toEqual([]);
  });
});
