import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { resolveSettings } from "../../src/cli/config/resolve.js";
import { configSchema } from "../../src/cli/config/schema/config-schema.js";
import { layoutSchema } from "../../src/cli/config/schema/layout-schema.js";
import type { Settings } from "../../src/cli/config/settings.js";
import { DEFAULT_FAIL_ON, FAIL_ON } from "../../src/cli/process/fail-on.js";
import type { ConfigurationError } from "../../src/core/errors.js";
import { FIELD_TYPES, ROLES } from "../../src/core/values/field.js";
import { streampay } from "../../src/presets/streampay.js";
import { schemaFaults } from "../support/cli-schema.js";
import { ManualClock } from "../support/manual-clock.js";
import { type Block, blocks, blocksOf, codeSpans, documentOf, placeOf, tableRows } from "./markdown.js";

const configuration = documentOf("docs/configuration.md");
const layouts = documentOf("docs/layouts.md");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reconcile-streams-docs-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contentOf = ({ language, text }: Block): unknown => (language === "json" ? JSON.parse(text) : parse(text));

const CONTRACT = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";

/** Settings of a file, with what examples leave out given by the environment. */
function settingsOf(content: unknown): Promise<Settings> {
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify(content));
  const env = {
    DATABASE_URL: "postgres://db.example.com/backend",
    SOROBAN_RPC_URL: "https://rpc.example.com",
    STREAM_CONTRACT_ID: CONTRACT,
    RECONCILE_DB_PASSWORD: "password",
    RPC_KEY: "key",
    RECONCILE_KEY: "key-of-the-service",
    RECONCILE_RECORD_KEY: "record-key",
    RECONCILE_RECORD_KEY_2026: "record-key-2026",
    RECONCILE_RECORD_KEY_2027: "record-key-2027",
    RECONCILE_SECRET: "secret",
  };
  return resolveSettings({
    options: { config: path },
    env,
    cwd: folder,
    clock: new ManualClock(),
    stderr: { write() {} },
    hide: () => {},
  });
}

const examples = blocks.filter(({ language, role }) => /^(json|yaml)$/.test(language) && role.startsWith("config"));

describe("documented configurations", () => {
  it("are found", () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  it.each(examples.map((block) => [placeOf(block), block] as const))("%s is valid", async (_place, block) => {
    await expect(settingsOf(contentOf(block))).resolves.toMatchObject({ isDemo: false });
  });

  it("state the defaults as they are", async () => {
    const [block] = blocksOf("json", "config defaults");
    expect(await settingsOf(contentOf(block!))).toEqual(await settingsOf({}));
  });

  it("leave no block of JSON or YAML unexplained", () => {
    const roles = blocks.filter(({ language }) => /^(json|yaml)$/.test(language)).map(({ role }) => role);
    expect([...new Set(roles)].sort()).toEqual([
      "config",
      "config another-contract",
      "config defaults",
      "kubernetes",
      "report",
      "workflow",
    ]);
  });
});

describe("docs/configuration.md", () => {
  const sections = ["contract", "database", "chain", "policy", "runStore", "auth"];
  const rows = [
    ...sections.flatMap((heading) => tableRows(configuration, heading)),
    ...tableRows(layouts, "The keys of a layout"),
  ];
  const documented = rows.flatMap((row) =>
    [row].flatMap(([key = ""]) => codeSpans(key)).filter((key) => key.includes(".")),
  );

  it("describes every key, and no other", () => {
    const layout = keysOf(layoutSchema).map((key) => `contract.layout.${key}`);
    const known = [...keysOf(configSchema).filter((key) => key.includes(".")), ...layout];
    expect([...new Set(documented)].sort()).toEqual([...new Set(known)].sort());
  });

  it("names the invariants that a rule may ignore as docs/report.md does", async () => {
    const rule = { invariant: "no_such_invariant_at_all", reason: "none", until: "2099-12-31" };
    const failure: unknown = await settingsOf({ policy: { ignore: [rule] } }).catch((error: unknown) => error);
    const [, known = ""] = /known: (.*)/.exec((failure as ConfigurationError).details.join("\n")) ?? [];
    const report = documentOf("docs/report.md");
    const documented = ["Of one stream", "Of the contract as a whole"].flatMap((heading) =>
      tableRows(report, heading).flatMap(([name = ""]) => codeSpans(name)),
    );
    expect(documented.sort()).toEqual(known.split(", ").sort());
  });

  it("names what a run may fail on as docs/exit-codes.md does", () => {
    const rows = tableRows(documentOf("docs/exit-codes.md"), "What a run fails on").filter(([kind]) => kind !== "kind");
    const documented = rows.flatMap(([kind = "", byDefault]) => codeSpans(kind).map((name) => [name, byDefault]));
    expect(documented).toEqual(FAIL_ON.map((kind) => [kind, DEFAULT_FAIL_ON.includes(kind) ? "yes" : "no"]));
  });

  it("describes every field type and role", () => {
    const types = tableRows(configuration, "The mapping").flatMap(([type = ""]) => codeSpans(type));
    expect(types).toEqual(expect.arrayContaining([...FIELD_TYPES]));
    const roles = /\*\*Roles\*\* are ([^.]+)\./.exec(layouts.prose)?.[1] ?? "";
    expect(codeSpans(roles).sort()).toEqual([...ROLES].sort());
  });

  it("describes StreamPay's fields", () => {
    const rows = tableRows(configuration, "StreamPay's fields").filter(([name = ""]) => name.startsWith("`"));
    const columns = streampay.database!.fields!;
    expect(rows).toEqual(
      Object.entries(streampay.fields).map(([name, { type, role }]) => [
        `\`${name}\``,
        type,
        `\`${role}\``,
        columns[name] === undefined ? "" : `\`${columns[name].column}\``,
      ]),
    );
  });
});

describe("documented reports", () => {
  it.each(blocksOf("json", "report").map((block) => [placeOf(block), block] as const))(
    "%s fits the JSON Schema",
    (_place, block) => {
      expect(schemaFaults(JSON.parse(block.text))).toEqual([]);
    },
  );
});

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Dotted paths of a schema; the keys of a record are `<name>`, those of a list's objects follow `[]`. */
function keysOf(schema: z.ZodType): string[] {
  return pathsOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
}

function pathsOf(schema: JsonSchema): string[] {
  const records = typeof schema.additionalProperties === "object" ? { "<name>": schema.additionalProperties } : {};
  const own = Object.entries({ ...schema.properties, ...records }).flatMap(([key, inner]) => [
    key,
    ...pathsOf(inner).map((path) => `${key}.${path}`),
    ...pathsOf(inner.items ?? {}).map((path) => `${key}[].${path}`),
  ]);
  return [...own, ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(pathsOf)];
}
