import { dirname, join } from "node:path";
import { ConfigurationError } from "../../core/errors.js";
import type { Clock } from "../../ports/clock.js";
import type { RawOptions } from "../command-line/raw-options.js";
import type { Environment, Output } from "../process/io.js";
import { withAbsolutePath } from "../sources/urls.js";
import { type AuthSettings, checkIdentity, toAuth } from "./auth.js";
import { checkPolicy } from "./check-policy.js";
import { type ConfigFile, readConfigFile } from "./config-file.js";
import { DEMO } from "./demo.js";
import { interpolate } from "./interpolate.js";
import { mergeSources } from "./merge.js";
import type { Mistake } from "./mistake.js";
import type { Config } from "./schema/config-schema.js";
import { hideConfigured } from "./secrets.js";
import { completeSettings, type Settings } from "./settings.js";
import { mistypedVariables, VARIABLES } from "./variables.js";

/** What a configuration is made from. */
export interface ConfigSources {
  readonly options: RawOptions;
  readonly env: Environment;
  readonly cwd: string;
  /** Where skipped files are reported. */
  readonly stderr: Pick<Output, "write">;
  /** Tells which day it is: rules that have expired are mistakes. */
  readonly clock: Clock;
  /** Takes texts that must appear in no output, as soon as they are known: mistakes are printed, too. */
  readonly hide: (secrets: readonly string[]) => void;
}

/**
 * Turns flags, environment and file into settings. Opens nothing but the configuration file.
 * @throws ConfigurationError that lists every mistake at once, each with its place and what to do.
 */
export async function resolveSettings(from: ConfigSources): Promise<Settings> {
  const { settings, error } = await draftSettings(from);
  if (error !== null) throw error;
  return settings;
}

/** Settings that are right but for the mistakes: what is missing is an empty text. */
export interface SettingsDraft {
  readonly settings: Settings;
  readonly mistakes: readonly Mistake[];
  /** All mistakes, as resolveSettings throws them; null when there are none. */
  readonly error: ConfigurationError | null;
  /** The configuration file's path; null without one. */
  readonly file: string | null;
  /** Flags and variables that gave a value. */
  readonly given: readonly string[];
}

/** @throws ConfigurationError when not even a draft can be made: a value is of the wrong kind, the file unreadable */
export async function draftSettings(from: ConfigSources): Promise<SettingsDraft> {
  const { config, origins, file, variables, mistakes } = await readConfig(from);
  const urls = sources(config, origins, file, from.cwd, mistakes);
  const settings = completeSettings(config, urls, variables, mistakes);
  checkIdentity(config.auth, mistakes);
  checkPolicy(config.policy, settings, mistakes);
  const error = mistakes.length > 0 ? configurationMistakes(mistakes, file, variables, from.env) : null;
  return { settings, mistakes, error, file: file?.path ?? null, given: [...origins.values()] };
}

/** Where run records go, for commands that need nothing else. */
export interface RunStore {
  readonly url: string;
  /** Whether a file that does not exist may be created: only a file that is used for run records alone. */
  readonly mayCreate: boolean;
  readonly auth: AuthSettings;
  /** The configured contract; null when there is none. */
  readonly contractId: string | null;
}

/**
 * @param needsContract whether a contract has to be configured, too
 * @throws ConfigurationError as resolveSettings does, and when neither a database nor a run store is configured
 */
export async function resolveRunStore(from: ConfigSources, { needsContract = false } = {}): Promise<RunStore> {
  const { config, origins, file, variables, mistakes } = await readConfig(from);
  const path = config.runStore?.url === undefined ? "database.url" : "runStore.url";
  const url = config.runStore?.url ?? config.database?.url;
  if (url === undefined) {
    const message = "no database is configured: give --db, DATABASE_URL, or database.url (or runStore.url) in the file";
    mistakes.push({ where: path, message });
  }
  const contractId = config.contract?.id?.trim() ?? null;
  if (needsContract && contractId === null) mistakes.push(absent(...CONTRACT));
  if (url === undefined || mistakes.length > 0) throw configurationMistakes(mistakes, file, variables, from.env);
  const absolute = withAbsolutePath(url, folderOf(path, origins, file, from.cwd));
  return {
    url: absolute,
    mayCreate: path === "runStore.url",
    auth: toAuth(config.auth),
    contractId,
  };
}

/**
 * Who may ask and who asks, for commands that need neither side.
 * @throws ConfigurationError as resolveSettings does
 */
export async function resolveAuth(from: ConfigSources): Promise<AuthSettings> {
  const { config, file, variables, mistakes } = await readConfig(from);
  checkIdentity(config.auth, mistakes);
  // A machine that only sends requests need not have the database's password.
  const concerned = mistakes.filter(({ where }) => !/^(contract|database|chain|policy|runStore)\./.test(where));
  if (concerned.length > 0) throw configurationMistakes(concerned, file, variables, from.env);
  return toAuth(config.auth);
}

/** Reads every source and checks what it says; throws when a value is wrong. */
async function readConfig({ options, env, cwd, stderr, hide }: ConfigSources) {
  const mistakes: Mistake[] = VARIABLES.filter((name) => env[name] === "").map((name) => ({
    where: name,
    message: "is set but empty: set it, or unset it",
  }));
  const named = options.config ?? (env.RECONCILE_CONFIG || undefined);
  const file = await readConfigFile(named, cwd, (notice) => stderr.write(`${notice}\n`));
  const { value: content, secrets, variables, missing } = interpolate(file?.content, env);
  for (const { path, variable } of missing) {
    mistakes.push({ where: path.join("."), message: `the environment variable ${variable} is not set or empty` });
  }
  const { value, origins } = mergeSources(options, env, content);
  for (const notice of hideConfigured([content, value], secrets, hide)) stderr.write(`${notice}\n`);
  const parsed = await check(value);
  if (!parsed.success) {
    const unset = new Set(missing.map(({ path }) => path.join(".")));
    for (const { path, message } of parsed.error.issues) {
      const dotted = path.join(".");
      if (unset.has(dotted)) continue;
      mistakes.push({ where: origins.get(dotted) ?? dotted, message });
    }
    throw configurationMistakes(mistakes, file, variables, env);
  }
  return { config: parsed.data, origins, file, variables, mistakes };
}

/** The schema is slow to load, and the demo, which has no configuration, does not need it. */
async function check(value: object) {
  if (Object.keys(value).length === 0) return { success: true as const, data: {} satisfies Config as Config };
  const { configSchema } = await import("./schema/config-schema.js");
  return configSchema.safeParse(value);
}

/** Relative paths start at the file that they are written in, or where the flag was typed. */
function folderOf(path: string, origins: ReadonlyMap<string, string>, file: ConfigFile | null, cwd: string): string {
  return origins.has(path) || file === null ? cwd : dirname(file.path);
}

/** The database, the chain and the contract: all of them, or none for the demo; never half. */
function sources(
  config: Config,
  origins: ReadonlyMap<string, string>,
  file: ConfigFile | null,
  cwd: string,
  mistakes: Mistake[],
) {
  const database = config.database?.url;
  const chain = config.chain?.url;
  const contractId = config.contract?.id?.trim();
  const touched = config.database !== undefined || config.chain?.url !== undefined || config.contract !== undefined;
  const runStore = config.runStore?.url;
  const folder = (path: string) => folderOf(path, origins, file, cwd);
  const runStoreUrl = runStore === undefined ? null : withAbsolutePath(runStore, folder("runStore.url"));
  if (!touched) {
    return { ...DEMO, runStore: runStoreUrl ?? `sqlite:${join(cwd, ".reconcile-streams", "runs.db")}`, isDemo: true };
  }

  if (database === undefined) mistakes.push(absent("database.url", "database", "--db", "DATABASE_URL"));
  if (chain === undefined) mistakes.push(absent("chain.url", "chain", "--chain", "SOROBAN_RPC_URL"));
  if (contractId === undefined) mistakes.push(absent(...CONTRACT));
  const databaseUrl = withAbsolutePath(database ?? "", folder("database.url"));
  return {
    database: databaseUrl,
    chain: withAbsolutePath(chain ?? "", folder("chain.url")),
    contractId: contractId ?? "",
    runStore: runStoreUrl ?? databaseUrl,
    isDemo: false,
  };
}

const CONTRACT = ["contract.id", "contract", "--contract", "STREAM_CONTRACT_ID"] as const;

const absent = (where: string, what: string, flag: string, variable: string): Mistake => ({
  where,
  message: `no ${what} is configured: give ${flag}, ${variable}, or ${where} in the file`,
});

function configurationMistakes(
  mistakes: readonly Mistake[],
  file: ConfigFile | null,
  used: ReadonlySet<string>,
  env: Environment,
): ConfigurationError {
  const count = mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`;
  return new ConfigurationError("configuration_invalid", `The configuration has ${count}.`, {
    details: mistakes.map(({ where, message }) => (where === "" ? message : `${where}: ${message}`)),
    hints: [
      ...mistypedVariables(env, true, used),
      ...(file === null ? [] : [`The configuration file is ${file.path}.`]),
      "Every option and key is described in docs/configuration.md, and in short by --help.",
    ],
  });
}
