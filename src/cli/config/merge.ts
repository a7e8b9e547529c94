import type { RawOptions } from "../command-line/raw-options.js";
import type { Environment } from "../process/io.js";

/** Where a value may come from besides the file, in the order of precedence (docs/cli.md#sources). */
const SOURCES = [
  { path: ["database", "url"], flag: "--db", option: "db", variable: "DATABASE_URL" },
  { path: ["chain", "url"], flag: "--chain", option: "chain", variable: "SOROBAN_RPC_URL" },
  { path: ["contract", "id"], flag: "--contract", option: "contract", variable: "STREAM_CONTRACT_ID" },
  { path: ["policy", "tolerance"], flag: "--tolerance", option: "tolerance", variable: "RECONCILE_TOLERANCE" },
  { path: ["policy", "maxLagLedgers"], flag: "--max-lag", option: "maxLag", variable: null },
  { path: ["policy", "confirm"], flag: "--confirm", option: "confirm", variable: null },
  { path: ["policy", "settle"], flag: "--settle", option: "settle", variable: null },
  { path: ["policy", "failOn"], flag: "--fail-on", option: "failOn", variable: null },
  { path: ["auth", "service"], flag: "--service", option: "service", variable: "RECONCILE_SERVICE" },
  { path: ["auth", "keyId"], flag: "--key-id", option: "keyId", variable: "RECONCILE_KEY_ID" },
  { path: ["chain", "concurrency"], flag: "--concurrency", option: "concurrency", variable: null },
] as const satisfies readonly {
  path: readonly [string, string];
  flag: string;
  option: keyof RawOptions;
  variable: string | null;
}[];

export interface Merged {
  readonly value: Readonly<Record<string, unknown>>;
  /** By dotted path: the flag or variable that gave the value, for messages. Absent: the file did. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Lays flags over environment over the file's content. The values are not checked here. */
export function mergeSources(options: RawOptions, env: Environment, file: unknown): Merged {
  const merged = structuredClone(file ?? {}) as Record<string, unknown>;
  const origins = new Map<string, string>();
  for (const { path, flag, option, variable } of SOURCES) {
    const fromFlag = options[option];
    // An empty variable is reported as a mistake of its own (resolve.ts).
    const fromEnv = variable === null ? undefined : env[variable] || undefined;
    const value = fromFlag ?? fromEnv;
    if (value === undefined) continue;
    const [section, key] = path;
    const target = merged[section];
    // A section that is not an object is the file's mistake, and is reported as such.
    if (target !== undefined && (target === null || typeof target !== "object" || Array.isArray(target))) continue;
    merged[section] = { ...target, [key]: value };
    origins.set(path.join("."), fromFlag !== undefined ? flag : variable!);
  }
  return { value: merged, origins };
}
