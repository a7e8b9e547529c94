import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { code } from "./code.js";
import { blocksOf, codeSpans, documents, ROOT } from "./markdown.js";

/** Paths count from the root or from src; a name alone may be any file's. */
const isHere = (path: string) =>
  path.includes("/")
    ? existsSync(join(ROOT, path)) || existsSync(join(ROOT, "src", path))
    : code.some(([file]) => file.endsWith(`/${path}`)) || existsSync(join(ROOT, path));

describe("paths of this repository", () => {
  // A decision names the files of its day, and the facts are about files of other repositories.
  const pages = documents.filter(({ path }) => !/^docs\/(decisions\/|contract-facts\.md)/.test(path));
  const SOURCE = /^[\w./-]+\.(?:ts|mjs|cjs)$/;
  const FOLDER = /^(?:src|test|bench|scripts|fixtures|schema|core|cli|adapters|ports|server|report|auth)\/[\w./-]*$/;

  it("exist where documents name them", () => {
    const named = pages.flatMap(({ path, prose }) => codeSpans(prose).map((span) => [path, span] as const));
    const paths = named.filter(([, span]) => SOURCE.test(span) || FOLDER.test(span));
    expect(paths.length).toBeGreaterThan(80);
    expect(paths.filter(([, span]) => !isHere(span))).toEqual([]);
  });

  it("exist where code names them", () => {
    // The recipes are tried with a toy, whose files no tree has.
    const isToy = (path: string): boolean => /toy-sources|recipes\.test/.test(path);
    const paths = code
      .filter(([path]) => !isToy(path))
      .flatMap(([path, text]) =>
        [...text.matchAll(/(?<![\w./@-])(?:[\w-]+\/)+[\w.-]+\.ts\b/g)].map(([named]) => [path, named] as const),
      );
    expect(paths.length).toBeGreaterThan(8);
    expect(paths.filter(([, named]) => !isHere(named))).toEqual([]);
  });

  it("are all in the architecture's tree, room by room", () => {
    const lines = blocksOf("text", "tree")[0]!.text.split("\n");
    const folders: string[] = [];
    const listed = lines.map((line) => {
      const [, indent, name] = /^( *)(\S+)/.exec(line)!;
      folders.splice(indent!.length / 2, Number.POSITIVE_INFINITY, name!);
      return folders.join("");
    });
    expect(listed.filter((path) => !isHere(path))).toEqual([]);
    const rooms = ["src/", "src/core/", "src/cli/", "src/adapters/db/", "src/adapters/chain/"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${folder}${name}/`),
    );
    expect(listed).toEqual(expect.arrayContaining(rooms));
  });
});
