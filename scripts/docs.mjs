// Writes the tables of codes in the documentation from src/explanations, between their markers. With --check it writes
// nothing, and fails when a document is not up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EXIT_CODES } from "../dist/explanations/exit-codes.js";
import { CONTRACT_INVARIANTS, STREAM_INVARIANTS } from "../dist/explanations/invariants.js";
import { NOTICES } from "../dist/explanations/notices.js";
import { REQUEST_ERRORS } from "../dist/explanations/request-errors.js";
import { RUN_ERRORS } from "../dist/explanations/run-errors.js";
import { SERVICE_REFUSALS } from "../dist/explanations/service-codes.js";
import { STARTUP_ERRORS } from "../dist/explanations/startup-errors.js";
import { STREAM_ERRORS } from "../dist/explanations/stream-errors.js";

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

/** By the name in the marker: what the rows are, and the columns with their titles. */
const TABLES = {
  "exit codes": [EXIT_CODES, { code: ([code]) => code, name: ([, { title }]) => title, meaning, "what to do": action }],
  "invariants of one stream": [STREAM_INVARIANTS, invariants],
  "invariants of the contract": [CONTRACT_INVARIANTS, invariants],
  "errors of one stream": [STREAM_ERRORS, codes],
  "errors of a request": [REQUEST_ERRORS, codes],
  "errors of the run": [RUN_ERRORS, codes],
  "errors without a report": [STARTUP_ERRORS, { code, exit: ([, { exit }]) => exit, meaning, "what to do": action }],
  notices: [NOTICES, codes],
  refusals: [SERVICE_REFUSALS, { refusal: code, "what it means": meaning, "what to do": action }],
};

function table(name) {
  if (TABLES[name] === undefined) throw new Error(`there is no table "${name}"`);
  const [catalogue, columns] = TABLES[name];
  // A record whose keys are numbers is ordered by them; the others keep the order in which they are written.
  const rows = Object.entries(catalogue).map((entry) => Object.values(columns).map((cell) => cell(entry)));
  const lines = [Object.keys(columns), Object.keys(columns).map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const stale = [];
for (const document of ["report.md", "exit-codes.md", "service.md"]) {
  const path = fileURLToPath(new URL(`../docs/${document}`, import.meta.url));
  const text = readFileSync(path, "utf8");
  const written = text.replace(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- end of table -->)/g,
    (_all, start, name, end) => `${start}\n${table(name)}\n\n${end}`,
  );
  if (written === text) continue;
  stale.push(`docs/${document}`);
  if (!process.argv.includes("--check")) writeFileSync(path, written);
}
if (process.argv.includes("--check") && stale.length > 0) {
  console.error(`${stale.join(", ")}: the tables of codes are not up to date: npm run docs writes them`);
  process.exitCode = 1;
}
