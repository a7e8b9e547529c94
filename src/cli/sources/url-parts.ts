import type { Source } from "./source.js";

/** The part of a record that all file sources share. @param companions endings of files that are kept beside the file */
export function fileSource(scheme: string, companions: readonly string[] = []): Source {
  const form = `${scheme}:<path>`;
  return {
    ...{ schemes: [scheme], forms: [form], help: form, isFile: true },
    isComplete: (url) => pathIn(url) !== "" && !url.includes("\0"),
    filesOf: (url) => ["", ...companions].map((ending) => `${pathIn(url)}${ending}`),
    secretsOf: () => [],
  };
}

/** The path in a file's URL, unchanged: `<scheme>:<path>`, `<scheme>://<path>`, `<scheme>:///<absolute path>`. */
export function pathIn(url: string): string {
  return url.replace(/^[^:]*:(\/\/)?/, "");
}

export function namesServer(url: string): boolean {
  return /^[^:]*:\/\/./.test(url);
}

/**
 * The secrets of a server's URL: its passwords, what `others` names, and with them the URL itself. Empty without any of
 * these, since messages have to say where something went wrong.
 */
export function secretsIn(url: string, others: (parsed: URL) => readonly string[] = () => []): readonly string[] {
  // A scheme alone is not a secret.
  if (!URL.canParse(url)) return /:\/*[^/]/.test(url) ? [url] : [];
  const parsed = new URL(url);
  const parameters = [...parsed.searchParams].filter(([name]) => name.includes("password")).map(([, value]) => value);
  const written = [parsed.password, ...parameters, ...others(parsed)].filter((secret) => secret !== "");
  return written.length === 0 ? [] : [url, ...written.flatMap((secret) => [secret, decoded(secret)])];
}

/** The password of a URL; empty: it has none, or is no URL. */
export function passwordIn(url: string): string {
  return URL.canParse(url) ? decoded(new URL(url).password) : "";
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
