// Writes the tables of codes in the docs, between their markers, from src/explanations, and the JSON Schema of reports
// from src/report-schema. With --check, it writes nothing and fails if a file is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { EXIT_CODES } from "../dist/explanations/exit-codes.js";
import { CONTRACT_INVARIANTS, STREAM_INVARIANTS } from "../dist/explanations/invariants.js";
import { NOTICES } from "../dist/explanations/notices.js";
import { REASONS } from "../dist/explanations/reasons.js";
import { REQUEST_ERRORS } from "../dist/explanations/request-errors.js";
import { RUN_ERRORS } from "../dist/explanations/run-errors.js";
import { SERVICE_REFUSALS } from "../dist/explanations/service-codes.js";
import { STARTUP_ERRORS } from "../dist/explanations/startup-errors.js";
import { STREAM_ERRORS } from "../dist/explanations/stream-errors.js";
import { reportSchema } from "../dist/report-schema/report-schema.js";

const code = ([code]) => `\`${code}\``;
const meaning = ([, { meaning }]) => meaning;
const action = ([, { action }]) => action;
const codes = { code, meaning, "what to do": action };
const invariants = {
  invariant: code,
  "holds for": ([, { holdsFor }]) => holdsFor,
  sides: ([, { sides }]) => sides,
  "what must hold": meaning,
};

/** By the name in the marker: the rows, and the columns with their titles. */
const TABLES = {
  "exit codes": [EXIT_CODES, { code: ([code]) => code, name: ([, { title }]) => title, meaning, "what to do": action }],
  "invariants of one stream": [STREAM_INVARIANTS, invariants],
  "invariants of the contract": [CONTRACT_INVARIANTS, invariants],
  "errors of one stream": [STREAM_ERRORS, codes],
  "errors of a request": [REQUEST_ERRORS, codes],
  "errors of the run": [RUN_ERRORS, codes],
  "errors without a report": [STARTUP_ERRORS, { code, exit: ([, { exit }]) => exit, meaning, "what to do": action }],
  notices: [NOTICES, codes],
  reasons: [REASONS, { reason: code, meaning, "what to do": action }],
  refusals: [SERVICE_REFUSALS, { refusal: code, "what it means": meaning, "what to do": action }],
};

function table(name) {
  if (TABLES[name] === undefined) throw new Error(`there is no table "${name}"`);
  const [catalogue, columns] = TABLES[name];
  // JavaScript sorts numeric keys; other keys keep the order in the source.
  const rows = Object.entries(catalogue).map((entry) => Object.values(columns).map((cell) => cell(entry)));
  const lines = [Object.keys(columns), Object.keys(columns).map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const withTables = (text) =>
  text.replace(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- end of table -->)/g,
    (_all, start, name, end) => `${start}\n${table(name)}\n\n${end}`,
  );

function jsonSchema() {
  const { $schema, $id, title, description, ...shape } = z.toJSONSchema(reportSchema, {
    target: "draft-7",
    override({ jsonSchema }) {
      // Readers keep unknown keys of later versions, but this version writes none.
      if (jsonSchema.properties !== undefined) jsonSchema.additionalProperties = false;
      // Defaults are for readers, when a key is missing; this version writes every key.
      delete jsonSchema.default;
    },
  });
  return `${JSON.stringify({ $schema, $id, title, description, ...shape }, null, 2)}\n`;
}

/** By file: a function from its current text to the generated one. */
const FILES = {
  "docs/report.md": withTables,
  "docs/exit-codes.md": withTables,
  "docs/service.md": withTables,
  "schema/report.schema.json": jsonSchema,
};

const stale = [];
for (const [file, write] of Object.entries(FILES)) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const text = readFileSync(path, "utf8");
  const written = write(text);
  if (written === text) continue;
  stale.push(file);
  if (!process.argv.includes("--check")) writeFileSync(path, written);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`${stale.join(", ")}: out of date: run npm run docs`);
  process.exitCode = 1;
}
