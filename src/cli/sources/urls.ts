import { resolve } from "node:path";
import { CHAINS } from "./chains.js";
import { DATABASES } from "./databases.js";
import { type Source, schemeOf, sourceOf } from "./source.js";
import { pathIn, secretsIn } from "./url-parts.js";

const anySource = (url: string): Source | null => sourceOf(url, DATABASES) ?? sourceOf(url, CHAINS);

/** The parts of a URL that no output may show. The URL has not been checked yet, so its scheme may be unknown. */
export function urlSecrets(url: string): readonly string[] {
  const source = anySource(url);
  if (source !== null) return source.secretsOf(url);
  return schemeOf(url) === null ? [] : secretsIn(url);
}

/** The file that a URL names; null: it does not name a file. */
export function fileOf(url: string): string | null {
  return anySource(url)?.isFile ? pathIn(url) : null;
}

/** Files that the source of a URL reads or keeps. */
export const filesOf = (url: string): readonly string[] => anySource(url)?.filesOf?.(url) ?? [];

/** Makes the path in a file's URL absolute; other URLs stay as they are. */
export function withAbsolutePath(url: string, folder: string): string {
  const path = fileOf(url);
  return path === null || path === "" ? url : `${schemeOf(url)}:${resolve(folder, path)}`;
}
