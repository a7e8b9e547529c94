import { readFile, readlink, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigurationError } from "../../core/errors.js";
import { isObject, parseConfig, parsePackage } from "./parse-config.js";

export interface ConfigFile {
  /** Absolute path; relative paths inside the file start from its folder. */
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const FILE_NAMES = ["reconcile-streams.config.json", "reconcile-streams.config.yaml", "reconcile-streams.config.yml"];
const PACKAGE_FILE = "package.json";

/** Every file that is read for a configuration: the one that is named, else those that are looked for from `cwd` upward. */
export function configFiles(named: string | undefined, cwd: string): readonly string[] {
  if (named !== undefined) return [resolve(cwd, named)];
  const folder = resolve(cwd);
  const here = [...FILE_NAMES, PACKAGE_FILE].map((name) => join(folder, name));
  return folder === dirname(folder) ? here : [...here, ...configFiles(undefined, dirname(folder))];
}

/** The key in package.json, and the name that the program goes by. */
const PACKAGE_KEY = "reconcile-streams";

/**
 * Reads the configuration file: the one that is named, else the first found from `cwd` upward; null when there is none.
 * @param tell called with a sentence for each package.json that was skipped because it cannot hold a configuration
 * @throws ConfigurationError if a named file is missing, or a file cannot be read or parsed completely
 */
export async function readConfigFile(
  named: string | undefined,
  cwd: string,
  tell: (notice: string) => void,
): Promise<ConfigFile | null> {
  if (named === "") {
    throw new ConfigurationError("config_missing", "The path of the configuration file is empty.", {
      hints: ["Name a file with --config or RECONCILE_CONFIG, or leave it out to search for one."],
    });
  }
  if (named !== undefined) return readNamed(resolve(cwd, named));
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    for (const name of FILE_NAMES) {
      const path = join(folder, name);
      const text = await textOf(path);
      if (text !== null) return contentOf(path, text);
    }
    const found = await readPackage(join(folder, PACKAGE_FILE), tell);
    if (found !== null) return found;
    if (folder === dirname(folder)) return null;
  }
}

async function readNamed(path: string): Promise<ConfigFile> {
  const text = await textOf(path);
  if (text === null) {
    throw new ConfigurationError("config_missing", `The configuration file ${path} cannot be read: ENOENT.`, {
      hints: ["Check the path given with --config or RECONCILE_CONFIG."],
    });
  }
  if (basename(path) !== PACKAGE_FILE) return contentOf(path, text);
  const content = await parsePackage(path, text, PACKAGE_KEY);
  if (content !== undefined) return asObject(path, content);
  throw new ConfigurationError(
    "config_empty",
    `${path} has no key "${PACKAGE_KEY}", which would hold the configuration.`,
    { hints: [`Add the key "${PACKAGE_KEY}", or name another file with --config or RECONCILE_CONFIG.`] },
  );
}

/** A package.json on the way up; null if it does not configure this program. */
async function readPackage(path: string, tell: (notice: string) => void): Promise<ConfigFile | null> {
  const skip = (why: string) => {
    tell(`${path} ${why}, so it was skipped in the search for a configuration.`);
    return null;
  };
  if (await isFolder(path)) return skip("is a folder");
  const text = await textOf(path);
  if (text === null) return null;
  if (text.trim() === "") return skip("is empty");
  const content = await parsePackage(path, text, PACKAGE_KEY);
  if (content !== undefined) return asObject(path, content);
  return text.trimStart().startsWith("{") ? null : skip("is not a JSON object");
}

async function contentOf(path: string, text: string): Promise<ConfigFile> {
  const content = await parseConfig(path, text);
  return asObject(path, content);
}

function asObject(path: string, content: unknown): ConfigFile {
  if (isObject(content)) return { path, content };
  if (content === undefined || content === null) {
    throw new ConfigurationError("config_empty", `The configuration file ${path} is empty.`, {
      hints: ["Write {} for a file that configures nothing, or remove it."],
    });
  }
  const kind = Array.isArray(content) ? "a list" : `a ${typeof content}`;
  throw new ConfigurationError("config_no_object", `The configuration file ${path} holds ${kind}.`, {
    hints: ['Write an object, as in { "contract": { "id": "C…" } }; docs/configuration.md describes its keys.'],
  });
}

/** The file's text without its byte order mark; null if nothing of that name exists. */
async function textOf(path: string): Promise<string | null> {
  let bytes: Uint8Array;
  // Reading a pipe or a device may never end.
  const kind = await stat(path).catch(() => null);
  if (kind !== null && !kind.isFile() && !kind.isDirectory()) throw unreadable(path, "is not a regular file", null);
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const why = await whyUnreadable(path, cause as NodeJS.ErrnoException);
    if (why === null) return null;
    throw unreadable(path, why, cause);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(path, "is not UTF-8 text", cause);
  }
}

async function whyUnreadable(path: string, { code }: NodeJS.ErrnoException): Promise<string | null> {
  if (code === "EISDIR") return "is a folder";
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user";
  if (code === "ELOOP") return "is a link that leads back to itself";
  if (code !== "ENOENT") return `cannot be read: ${code}`;
  const target = await readlink(path).catch(() => null);
  return target === null ? null : `is a broken link to ${target}`;
}

function unreadable(path: string, why: string, cause: unknown): ConfigurationError {
  return new ConfigurationError("config_unreadable", `The configuration file ${path} ${why}.`, {
    details: ["Expected a UTF-8 file that this user may read."],
    hints: ["Fix or remove it, or name another file with --config or RECONCILE_CONFIG."],
    cause,
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
