import { resolve } from "node:path";
import { CHAINS, type ChainName } from "./chains.js";
import { DATABASES, type DatabaseName } from "./databases.js";
import { type Source, schemeOf, sourceOf } from "./source.js";
import { pathIn, secretsIn } from "./url-parts.js";

const SOURCES: Readonly<Record<DatabaseName | ChainName, Source>> = { ...DATABASES, ...CHAINS };

/** What of a URL no output may show. Asked before the URL has been checked: its scheme may be unknown. */
export function urlSecrets(url: string): readonly string[] {
  const source = sourceOf(url, SOURCES);
  if (source !== null) return source.secretsOf(url);
  return schemeOf(url) === null ? [] : secretsIn(url);
}

/** The file that a URL names; null: it names something else. */
export function fileOf(url: string): string | null {
  return sourceOf(url, SOURCES)?.isFile ? pathIn(url) : null;
}

/** Makes the path in a file's URL absolute; other URLs stay as they are. */
export function withAbsolutePath(url: string, folder: string): string {
  const path = fileOf(url);
  return path === null || path === "" ? url : `${schemeOf(url)}:${resolve(folder, path)}`;
}
