// Tries every preset on ledger snapshots that the tests of its contract wrote:
//   npm run try-real -- <folder>
// The folder has one subfolder of snapshot files per preset; the default is shared/data/ledger-snapshots next to the
// checkout. For each file, a database is built from the snapshot's JSON, without using the code under test. It must be
// in sync; then each compared value is changed, one at a time, and the tool must find the change.
// test/presets/backend-rows.test.ts tries rows as a backend's own code writes them, which can differ from the chain.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { parse } from "lossless-json";
import { PRESETS } from "../dist/presets/presets.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const data = resolve(process.argv[2] ?? join(root, "..", "shared", "data", "ledger-snapshots"));

/** Folders not named after their preset, and presets for contracts in several versions. */
const TRIED = {
  "streampay-contracts-instance": ["streampay-contracts"],
  stellarstream: ["stellarstream", "stellarstream-instance"],
  "streampay-contracts": ["streampay-contracts", "streampay-contracts-persistent"],
};

if (!existsSync(data)) {
  process.stderr.write(`There are no snapshots in ${data}; name the folder: npm run try-real -- <folder>\n`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "reconcile-streams-real-"));
let [tried, failed] = [0, 0];
try {
  for (const group of readdirSync(data).sort()) {
    for (const name of TRIED[group] ?? (group in PRESETS ? [group] : [])) {
      for (const file of readdirSync(join(data, group)).filter((found) => found.endsWith(".json"))) {
        tryFile(PRESETS[name], join(data, group, file), `${group}/${file}`);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${tried} snapshots tried, ${failed} failures\n`);
if (tried === 0) process.stderr.write(`No folder in ${data} is named after a preset\n`);
process.exit(failed > 0 ? 1 : tried === 0 ? 2 : 0);

function tryFile(preset, file, label) {
  const found = streamsIn(preset, file);
  if (found === null || found.streams.length === 0) return;
  tried += 1;
  const fields = Object.keys(preset.database?.fields ?? preset.fields).filter((field) =>
    found.streams.every((stream) => sourceOf(preset, field, stream) !== undefined),
  );
  const rows = found.streams.map((stream) => [
    stream.id,
    ...fields.map((field) => cellOf(preset.fields[field], sourceOf(preset, field, stream))),
  ]);
  const inSync = run(preset, file, found.contract, fields, rows);
  expectFindings(`${label} (${preset.name})`, inSync, []);
  for (const [i, field] of fields.entries()) {
    const changed = rows.map((row, at) =>
      at === 0 ? row.with(i + 1, otherThan(preset.fields[field], row[i + 1])) : row,
    );
    const planted = run(preset, file, found.contract, fields, changed);
    expectFindings(`${label} (${preset.name}), ${field} changed`, planted, [field]);
  }
  const without = run(preset, file, found.contract, fields, rows.slice(1));
  expectFindings(`${label} (${preset.name}), a row missing`, without, rows.length > 1 ? ["presence"] : null);
  process.stdout.write(`${label}: ${preset.name}, ${rows.length} streams, ${fields.length} fields compared\n`);
}

function expectFindings(label, { status, report, stderr }, fields) {
  if (fields === null) return;
  const found = report?.discrepancies.map(({ field }) => field) ?? [];
  const sound = report !== null && report.errors.length === 0 && report.violations.every(({ side }) => side === "db");
  if (sound && (fields.length > 0 || status === 0) && JSON.stringify(found) === JSON.stringify(fields)) return;
  failed += 1;
  process.stdout.write(`FAILED ${label}: expected ${JSON.stringify(fields)}, exit code ${status}\n`);
  process.stdout.write(report === null ? stderr : `${JSON.stringify({ ...report }, null, 2)}\n`);
}

function run(preset, file, contract, fields, rows) {
  const path = join(folder, "backend.db");
  rmSync(path, { force: true });
  const { database = {} } = preset;
  const columns = fields.map((field) => database.fields?.[field]?.column ?? field);
  const idColumn = database.onChainId ?? "on_chain_id";
  const idColumns = idColumn === (database.streamId ?? "id") ? [idColumn] : [database.streamId ?? "id", idColumn];
  const table = database.table ?? "streams";
  const own = database.cursor === undefined ? ["last_sync_ledger"] : [];
  const db = new Database(path);
  const quoted = (names) => names.map((name) => `"${name}"`).join(", ");
  db.exec(`CREATE TABLE "${table}" (${quoted([...idColumns, ...columns, ...own])})`);
  for (const [id, ...cells] of rows) {
    const values = [...idColumns.map(() => id), ...cells, ...own.map(() => 0)].map((value) =>
      value === null ? "NULL" : `'${value}'`,
    );
    db.exec(`INSERT INTO "${table}" VALUES (${values.join(", ")})`);
  }
  if (database.cursor?.table !== undefined) {
    const { table: cursors, column } = database.cursor;
    db.exec(`CREATE TABLE "${cursors}" ("${column}" integer); INSERT INTO "${cursors}" VALUES (0)`);
  }
  db.close();
  const config = join(folder, "config.json");
  const mapped = Object.fromEntries(fields.map((field, i) => [field, { column: columns[i] }]));
  const left = Object.keys(database.fields ?? {}).filter((field) => !fields.includes(field));
  const all = { ...mapped, ...Object.fromEntries(left.map((field) => [field, null])) };
  const content = { contract: { id: contract, layout: preset.name }, database: { fields: all } };
  writeFileSync(config, JSON.stringify(content));
  const sources = ["--db", `sqlite:${path}`, "--chain", `snapshot:${file}`, "--config", config];
  const args = [
    join(root, "bin", "reconcile-streams.js"),
    ...sources,
    "--dry-run",
    "--allow-empty",
    "--format",
    "json",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, stderr, report: stdout.startsWith("{") ? JSON.parse(stdout) : null };
}

/** Finds the snapshot's contract that stores streams as the preset says, and its streams: structs as plain JSON. */
function streamsIn({ stream }, file) {
  const json = parse(readFileSync(file, "utf8"));
  const ledger = json.ledger ?? json;
  const entries = ledger.ledger_entries.map((element) => (Array.isArray(element) ? element[1][0] : element.entry));
  const found = new Map();
  for (const { data } of entries) {
    if (data.contract_data === undefined) continue;
    const { contract, key, val } = data.contract_data;
    const kept =
      stream.storage !== "instance" ? [{ key, val }] : key === "ledger_key_contract_instance" ? storageOf(val) : [];
    for (const { key: inner, val: value } of kept) {
      const id = idIn(inner, stream.key);
      if (id === null) continue;
      const struct = Object.fromEntries(value.map.map(({ key: name, val: held }) => [name.symbol, held]));
      found.set(contract, [...(found.get(contract) ?? []), { id, struct }]);
    }
  }
  const [first] = found;
  return first === undefined ? null : { contract: first[0], streams: first[1] };
}

function storageOf({ contract_instance: { storage } }) {
  return storage ?? [];
}

/** Matches `["Stream", { u64: "$id" }]` against `{ "vec": [{ "symbol": "Stream" }, { "u64": 7 }] }`. */
function idIn(key, [name, id]) {
  const [type] = Object.keys(id);
  const parts = key.vec ?? [];
  return parts.length === 2 && parts[0].symbol === name && parts[1][type] !== undefined ? String(parts[1][type]) : null;
}

function sourceOf({ fields }, field, { struct }) {
  return (fields[field].from ?? [field]).map((name) => struct[name]).find((value) => value !== undefined);
}

/** A snapshot value as a backend would store it: text, or null for None. */
function cellOf({ type, values }, value) {
  if (value === "void") return null;
  if (type === "status") return value.u32 === undefined ? value.vec[0].symbol.toLowerCase() : values[String(value.u32)];
  const [held] = Object.values(value);
  if (held.hi === undefined) return String(held);
  return String((BigInt(String(held.hi)) << 64n) + BigInt(String(held.lo)));
}

/** A different value of the same type. */
function otherThan({ type, values }, cell) {
  if (type === "boolean") return cell === "true" ? "false" : "true";
  if (type === "address") return `${cell.slice(0, -1)}${cell.endsWith("A") ? "B" : "A"}`;
  if (type === "status") return Object.values(values ?? { 0: "other" }).find((name) => name !== cell);
  return String(BigInt(cell ?? 0) + 1n);
}
