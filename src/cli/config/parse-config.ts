import type { Document, ParsedNode, Scalar, YAMLMap } from "yaml";
import { ConfigurationError } from "../../core/errors.js";
import { NestedTooDeeply, parseForeignJson, refuseDeep } from "../../core/values/foreign-json.js";

/**
 * Parses a configuration file: YAML if its name says so, otherwise JSON. Undefined if the file is blank.
 * @throws ConfigurationError for invalid syntax, and for a repeated key, of which only one would take effect
 */
export async function parseConfig(path: string, text: string): Promise<unknown> {
  if (text.trim() === "") return undefined;
  try {
    return await (/\.ya?ml$/i.test(path) ? parseYaml(path, text) : parseJson(path, text));
  } catch (error) {
    throw orTooDeep(path, error);
  }
}

async function parseYaml(path: string, text: string): Promise<unknown> {
  const document = await documentOf(text);
  refuseDoubledKeys(path, text, document);
  const [fault] = [...document.errors, ...document.warnings];
  if (document.errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) throw new NestedTooDeeply();
  if (fault?.code === "MULTIPLE_DOCS") {
    throw unparsable(
      path,
      "YAML",
      fault,
      `A second document starts at ${placeOf(text, fault.pos[0])}; there may be one.`,
    );
  }
  if (fault !== undefined) throw unparsable(path, "YAML", fault, fault.message);
  const content = contentOf(path, document);
  refuseDeep(content);
  return content;
}

function contentOf(path: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw unparsable(path, "YAML", error, (error as Error).message);
  }
}

async function parseJson(path: string, text: string): Promise<unknown> {
  const content = await jsonValue(path, text, parseForeignJson);
  refuseDoubledKeys(path, text, await documentOf(text));
  return content;
}

/**
 * The value of `key` in a package.json; undefined without that key. Repeated keys elsewhere in the file are not ours.
 * @throws ConfigurationError as `parseConfig` does
 */
export async function parsePackage(path: string, text: string, key: string): Promise<unknown> {
  if (text.trim() === "") return undefined;
  try {
    const content = await jsonValue(path, text, JSON.parse);
    if (!isObject(content) || !Object.hasOwn(content, key)) return undefined;
    refuseDeep(content);
    refuseDoubledKeys(path, text, await documentOf(text), key);
    return content[key];
  } catch (error) {
    throw orTooDeep(path, error);
  }
}

async function jsonValue(path: string, text: string, parse: (text: string) => unknown): Promise<unknown> {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof NestedTooDeeply) throw error;
    throw unparsable(path, "JSON", error, await whyNoJson(text));
  }
}

/** JSON.parse quotes the text, which may contain secrets, and often omits the position. */
export async function whyNoJson(text: string): Promise<string> {
  const { parse } = await import("lossless-json");
  try {
    parse(text);
    return "";
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const [, reason, at] = /^(.*) at position (\d+)$/s.exec((error as Error).message) ?? [];
    return at === undefined ? (error as Error).message : `${reason} at ${placeOf(text, Number(at))}`;
  }
}

/** JSON is YAML too, and this parser reports repeated keys with their positions. */
async function documentOf(text: string): Promise<Document> {
  const { isScalar, parseDocument } = await import("yaml");
  // YAML tells the keys 1 and "1" apart; a JavaScript object does not.
  const uniqueKeys = (a: ParsedNode, b: ParsedNode) =>
    isScalar(a) && isScalar(b) && String(a.value) === String(b.value);
  return parseDocument(text, { uniqueKeys, logLevel: "error" });
}

/** @param within check this top-level key and its value only; default: the whole file */
function refuseDoubledKeys(path: string, text: string, document: Document, within?: string): void {
  const ours = within === undefined ? [[0, text.length] as const] : rangesOf(document, within);
  const doubled = document.errors
    .filter(({ code, pos: [at] }) => code === "DUPLICATE_KEY" && ours.some(([from, to]) => at >= from && at < to))
    .map(({ pos: [at] }) => `the key ${keyAt(text, at)} appears again at ${placeOf(text, at)}`);
  if (doubled.length === 0) return;
  throw new ConfigurationError("config_key_doubled", `The configuration file ${path} repeats a key.`, {
    details: doubled,
    hints: ["Write each key once: of two with the same name, only one would take effect."],
  });
}

/** Each top-level pair of this name, from the key to the end of its value. */
function rangesOf({ contents }: Document, name: string): (readonly [number, number])[] {
  const { items } = contents as YAMLMap.Parsed<Scalar.Parsed, ParsedNode>;
  const named = items.filter(({ key }) => key.value === name);
  return named.map(({ key, value }) => [key.range[0], value!.range[1]]);
}

const keyAt = (text: string, at: number) => /^("(?:[^"\\]|\\.)*"|[^\s:]+)/.exec(text.slice(at))?.[0] ?? "";

function placeOf(text: string, at: number): string {
  const lines = text.slice(0, at).split("\n");
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

/** The parsers of YAML, and of JSON with mistakes, are recursive: what overflows their stack is nested too deeply. */
function orTooDeep(path: string, error: unknown): unknown {
  if (!(error instanceof RangeError || error instanceof NestedTooDeeply)) return error;
  return new ConfigurationError("config_unparsable", `The configuration file ${path} is nested too deeply.`, {
    details: ["No configuration needs more than a few levels of lists and objects."],
    hints: ["Check that the file is a configuration: docs/configuration.md describes its keys."],
    cause: error,
  });
}

function unparsable(path: string, language: string, cause: unknown, reason: string): ConfigurationError {
  return new ConfigurationError("config_unparsable", `The configuration file ${path} is not valid ${language}.`, {
    details: [reason.split("\n")[0]!.replace(/:$/, "")],
    hints: [`Fix the ${language}.`],
    cause,
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
