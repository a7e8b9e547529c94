import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { lilconfig } from "lilconfig";
import { ConfigurationError } from "../../core/errors.js";

export interface ConfigFile {
  /** Absolute path; relative paths inside the file start from its folder. */
  readonly path: string;
  readonly content: unknown;
}

const FILE_NAMES = ["reconcile-streams.config.json", "reconcile-streams.config.yaml", "reconcile-streams.config.yml"];

/** The key in package.json, and the name that the program goes by. */
const PACKAGE_KEY = "reconcile-streams";

/**
 * Reads the configuration file: the one that is named, else the first found from `cwd` upward; null when there is none.
 * @throws ConfigurationError when a named file is missing, or a file cannot be parsed.
 */
export async function readConfigFile(named: string | undefined, cwd: string): Promise<ConfigFile | null> {
  const loaders = { ".json": parseJson, ".yaml": parseYaml, ".yml": parseYaml };
  const searcher = lilconfig(PACKAGE_KEY, {
    searchPlaces: [...FILE_NAMES, "package.json"],
    loaders,
    packageProp: PACKAGE_KEY,
    ignoreEmptySearchPlaces: false,
    stopDir: resolve("/"),
  });
  const found = named === undefined ? await searcher.search(cwd) : await loadNamed(resolve(cwd, named));
  if (found === null) return null;
  if (found.isEmpty || found.config === undefined || found.config === null) {
    throw new ConfigurationError("config_empty", `The configuration file ${found.filepath} is empty.`, {
      hints: ["Write {} for a file that configures nothing, or remove it."],
    });
  }
  if (!isObject(found.config)) throw noObject(found.filepath, found.config);
  return { path: found.filepath, content: found.config };

  async function loadNamed(path: string) {
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      throw new ConfigurationError("config_missing", `The configuration file ${path} cannot be read: ${cause.code}.`, {
        hints: ["Check the path given with --config or RECONCILE_CONFIG."],
        cause,
      });
    });
    const parse = /\.ya?ml$/i.test(path) ? parseYaml : parseJson;
    const content = await parse(path, text);
    if (basename(path) !== "package.json") return { filepath: path, config: content, isEmpty: text.trim() === "" };
    const config = isObject(content) ? content[PACKAGE_KEY] : undefined;
    if (config !== undefined) return { filepath: path, config };
    throw new ConfigurationError(
      "config_empty",
      `${path} has no key "${PACKAGE_KEY}", which would hold the configuration.`,
      {
        hints: [`Add the key "${PACKAGE_KEY}", or name another file with --config or RECONCILE_CONFIG.`],
      },
    );
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function noObject(path: string, found: unknown): ConfigurationError {
  const kind = Array.isArray(found) ? "a list" : `a ${typeof found}`;
  return new ConfigurationError("config_no_object", `The configuration file ${path} holds ${kind}.`, {
    hints: ['Write an object, as in { "contract": { "id": "C…" } }; docs/configuration.md describes its keys.'],
  });
}

function parseJson(path: string, text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unparsable(path, "JSON", error);
  }
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  const { parse } = await import("yaml");
  try {
    return parse(text);
  } catch (error) {
    throw unparsable(path, "YAML", error);
  }
}

function unparsable(path: string, language: string, cause: unknown): ConfigurationError {
  const reason = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
  return new ConfigurationError("config_unparsable", `The configuration file ${path} is no valid ${language}.`, {
    details: [reason],
    hints: [`Mend the ${language}; the position is in the message above.`],
    cause,
  });
}
