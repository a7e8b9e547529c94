/** The part of JSON Schema that schema/report.schema.json is written in. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

const FORMS: Readonly<Record<string, { readonly pattern: RegExp; readonly name: string }>> = {
  uuid: { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, name: "a UUID" },
  "date-time": { pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, name: "a time like 2026-01-31T12:00:00.000Z" },
};

/**
 * Where a value is not what the schema says, a line each: which key, what was expected, what was found. Keys that the
 * schema does not know are no fault: a later version may have written them.
 */
export function schemaFaults(root: JsonSchema, value: unknown): string[] {
  const faults: string[] = [];
  check(root, value, "");
  return faults;

  function check(given: JsonSchema, found: unknown, path: string): void {
    const schema = resolved(given);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices !== undefined) return checkChoices(choices.map(resolved), found, path);
    if (!isOfType(schema, found)) return fault(schema, found, path);
    if (Array.isArray(found)) {
      if (found.length < (schema.minItems ?? 0)) fault(schema, found, path);
      const { items } = schema;
      if (items !== undefined) for (const [index, item] of found.entries()) check(items, item, `${path}[${index}]`);
    } else if (typeof found === "object" && found !== null) {
      checkKeys(schema, found as Readonly<Record<string, unknown>>, path);
    }
  }

  function checkKeys(schema: JsonSchema, found: Readonly<Record<string, unknown>>, path: string): void {
    const { properties = {}, required = [], additionalProperties } = schema;
    for (const key of required) {
      if (!Object.hasOwn(found, key))
        faults.push(`${join(path, key)}: is missing; expected ${expected(properties[key])}`);
    }
    for (const [key, value] of Object.entries(found)) {
      const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
      const rest = typeof additionalProperties === "object" ? additionalProperties : undefined;
      if (known !== undefined || rest !== undefined) check((known ?? rest)!, value, join(path, key));
    }
  }

  /** The choice that is of the value's type says best what is wrong inside of it. */
  function checkChoices(choices: readonly JsonSchema[], found: unknown, path: string): void {
    const near = choices.find((choice) => isOfType(choice, found));
    if (near !== undefined) check(near, found, path);
    else faults.push(`${name(path)}: expected ${choices.map(expected).join(" or ")}, found ${shown(found)}`);
  }

  function fault(schema: JsonSchema, found: unknown, path: string): void {
    faults.push(`${name(path)}: expected ${expected(schema)}, found ${shown(found)}`);
  }

  function resolved(schema: JsonSchema): JsonSchema {
    const definition = schema.$ref?.replace("#/definitions/", "");
    return definition === undefined ? schema : root.definitions![definition]!;
  }

  function expected(schema: JsonSchema | undefined): string {
    if (schema === undefined) return "a value";
    const { const: constant, enum: allowed, type, oneOf, anyOf, pattern, format, ...rest } = resolved(schema);
    if (constant !== undefined) return JSON.stringify(constant);
    if (allowed !== undefined) return `one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`;
    const choices = oneOf ?? anyOf;
    if (choices !== undefined) return choices.map(expected).join(" or ");
    if (format !== undefined && FORMS[format] !== undefined) return FORMS[format].name;
    if (pattern !== undefined) return `text that fits ${pattern}`;
    const names = [type ?? []].flat().map((one) => TYPE_NAMES[one as string] ?? one);
    const range =
      rest.minimum === undefined
        ? ""
        : rest.maximum === undefined
          ? ` from ${rest.minimum} up`
          : ` from ${rest.minimum} to ${rest.maximum}`;
    return `${names.join(" or ")}${range}`;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text",
  integer: "an integer",
  number: "a number",
  boolean: "true or false",
  object: "an object",
  array: "a list",
  null: "null",
};

/** Whether the value itself, without what is inside of it, is what the schema asks for. */
function isOfType(schema: JsonSchema, value: unknown): boolean {
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  if (schema.type !== undefined && ![schema.type].flat().includes(typeName(value, schema.type))) return false;
  if (typeof value === "string") return isOfForm(schema, value);
  if (typeof value !== "number") return true;
  return value >= (schema.minimum ?? Number.NEGATIVE_INFINITY) && value <= (schema.maximum ?? Number.POSITIVE_INFINITY);
}

function isOfForm(
  { pattern, format, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: JsonSchema,
  text: string,
): boolean {
  if (text.length < minLength || text.length > maxLength) return false;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) return false;
  return format === undefined || (FORMS[format]?.pattern.test(text) ?? true);
}

function typeName(value: unknown, wanted: JsonSchema["type"]): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value !== "number") return typeof value;
  return Number.isSafeInteger(value) && [wanted].flat().includes("integer") ? "integer" : "number";
}

const join = (path: string, key: string): string => {
  const shownKey = /^\w+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? shownKey : `${path}.${shownKey}`;
};

const name = (path: string): string => (path === "" ? "the document" : path);

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
