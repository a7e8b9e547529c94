import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { insertSql, STREAMS_TABLE, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";
import type { SeededRandom } from "../support/simulation/seeded-random.js";
import { snapshotText } from "../support/snapshot-file.js";
import { type HostileNode, startHostileNode } from "./hostile-node.js";
import type { Lab } from "./lab.js";
import { type Expectation, faultsOfText, judge } from "./oracle.js";
import { drawPlant, makeSides, PLANTS, type PlantName, type Sides } from "./planted.js";
import { makeSecret } from "./secrets.js";
import { openPostgresStore, openSqliteStore, type PostgresStore, type SqliteStore } from "./store.js";
import { type Outcome, type ProcessOptions, runAsProcess, runInProcess } from "./subject.js";

const LEDGER_MS = 5_000;
const LIMIT_MS = 20_000;
/** Part of the cases that run as processes of their own, where a class does not say. */
const AS_PROCESS = 0.03;

export interface WorldOptions {
  readonly store?: "sqlite" | "postgres";
  readonly chain?: "rpc" | "snapshot";
  readonly plant?: PlantName;
  readonly asProcess?: boolean;
  /** What will be done to it, in words. */
  readonly attack?: string;
  /** The statement that makes the table of streams. */
  readonly table?: string;
  /** Edits both sides before anything is written. */
  readonly edit?: (sides: Sides) => void;
}

export interface RunRequest extends Partial<ProcessOptions> {
  readonly command?: string;
  /** Default: a run that leaves a record. */
  readonly dryRun?: boolean;
  readonly more?: readonly string[];
}

const fromEnv = (name: string) => `\${${name}}`;

/** A contract behind a node, a backend's table, and perhaps one fault that no attack may hide. */
export class World {
  readonly plant: PlantName;
  readonly sides: Sides;
  readonly store: SqliteStore | PostgresStore;
  readonly node: HostileNode;
  readonly folder: string;
  readonly asProcess: boolean;
  readonly clock = new ManualClock();
  readonly secrets: Record<string, string>;
  readonly env: Record<string, string>;
  /** The configuration as it will be written; attacks may change it. */
  readonly config: Record<string, Record<string, unknown>>;
  readonly snapshot: string;
  /** How its last run ended. */
  lastCode: number | null = null;
  readonly #lab: Lab;
  readonly #attack: string;
  #ticking: NodeJS.Timeout | undefined;

  private constructor(
    lab: Lab,
    random: SeededRandom,
    options: WorldOptions,
    parts: Pick<World, "plant" | "sides" | "store" | "node" | "folder">,
  ) {
    this.#lab = lab;
    this.#attack = options.attack ?? "";
    this.plant = parts.plant;
    this.sides = parts.sides;
    this.store = parts.store;
    this.node = parts.node;
    this.folder = parts.folder;
    this.asProcess = options.asProcess ?? random.chance(AS_PROCESS);
    const user = makeSecret(random, "user", ["", ""]);
    this.secrets = {
      ...parts.store.secrets,
      "the node's password": makeSecret(random, "pass"),
      "the key in the node's path": makeSecret(random, "path"),
      "the key in the node's query": makeSecret(random, "query"),
      "the record key": makeSecret(random, "record"),
      "a service's secret": makeSecret(random, "service"),
    };
    const part = (name: string) => encodeURIComponent(this.secrets[name]!);
    const login = `${user}:${part("the node's password")}`;
    const path = `${part("the key in the node's path")}/rpc?key=${part("the key in the node's query")}`;
    const nodeUrl = `http://${login}@127.0.0.1:${parts.node.port}/${path}`;
    this.snapshot = join(parts.folder, "ledger.json");
    const chainUrl = options.chain === "snapshot" ? `snapshot:${this.snapshot}` : nodeUrl;
    this.secrets["the Basic header"] = Buffer.from(`${user}:${this.secrets["the node's password"]}`).toString("base64");
    this.env = { RECORD_KEY: this.secrets["the record key"]!, NODE_URL: chainUrl };
    this.config = {
      contract: { id: WORLD_CONTRACT, network: "testnet" },
      database: { url: parts.store.url },
      chain: { url: random.chance(0.5) ? fromEnv("NODE_URL") : chainUrl },
      policy: {},
      auth: {
        recordKey: fromEnv("RECORD_KEY"),
        keys: { "key-1": this.secrets["a service's secret"]! },
        allowedServices: ["scheduler"],
      },
    };
    if (options.chain === "snapshot") writeFileSync(this.snapshot, snapshotText(parts.sides.ledger));
    if (this.asProcess) this.#followThisClock();
    else this.#followTheManualClock();
  }

  static async create(random: SeededRandom, lab: Lab, options: WorldOptions = {}): Promise<World> {
    const plant = options.plant ?? drawPlant(random);
    const sides = makeSides(random, plant);
    options.edit?.(sides);
    const folder = mkdtempSync(join(lab.folder, "case-"));
    const kind = options.store ?? (random.chance(0.25) ? "postgres" : "sqlite");
    const store = kind === "postgres" ? await openPostgresStore(lab) : await openSqliteStore(lab, folder);
    await store.run(`${options.table ?? STREAMS_TABLE}; ${insertSql("streams", sides.rows)}`);
    const node = await startHostileNode(sides.ledger);
    return new World(lab, random, options, { plant, sides, store, node, folder });
  }

  /** Waits take no time, and a ledger closes every five seconds of them. */
  #followTheManualClock(): void {
    const { ledger } = this.sides;
    let waited = 0;
    this.clock.onSleep = (ms) => {
      waited += ms;
      const closed = Math.floor(waited / LEDGER_MS);
      waited -= closed * LEDGER_MS;
      ledger.sequence += closed;
      ledger.closeTime = Math.floor(this.clock.now() / 1_000);
    };
  }

  #followThisClock(): void {
    const { ledger } = this.sides;
    ledger.closeTime = Math.floor(Date.now() / 1_000);
    this.#ticking = setInterval(() => {
      ledger.sequence += 1;
      ledger.closeTime = Math.floor(Date.now() / 1_000);
    }, 300);
  }

  writeConfig(text = JSON.stringify(this.config), name = "config.json"): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs the program on this world, with the configuration as it is now. */
  async run(request: RunRequest = {}): Promise<Outcome> {
    const argv = [
      ...(request.command === undefined ? [] : request.command.split(" ")),
      ...["--config", this.writeConfig()],
      ...(request.dryRun ? ["--dry-run"] : []),
      // Its looks wait for real ledgers.
      ...(this.asProcess && request.command === undefined ? ["--confirm", "1", "--settle", "1s"] : []),
      ...(request.more ?? []),
    ];
    return this.call(argv, request);
  }

  async call(argv: readonly string[], request: Partial<ProcessOptions> = {}): Promise<Outcome> {
    this.#lab.note(`${this.plant}; ${this.#attack}; ${argv.join(" ")}`);
    const options = { cwd: this.folder, limitMs: LIMIT_MS, ...request, env: { ...this.env, ...request.env } };
    const outcome = await (this.asProcess
      ? runAsProcess(argv, options)
      : runInProcess(this.#lab.runCli, argv, options, this.clock));
    this.lastCode = outcome.code;
    return outcome;
  }

  /** What the plant alone says; an attack adds its own reason. */
  expects(reason: string | null = null, more: Partial<Expectation> = {}): Expectation {
    const planted = PLANTS[this.plant].exit === 0 ? null : this.plant;
    return { neverGreen: planted ?? reason, secrets: this.secrets, ...more };
  }

  /** Does something when the program has asked the node so many times. */
  meanwhile(nth: number, act: () => Promise<unknown>): void {
    this.node.turn(async (exchange) => {
      if (exchange.nth === nth) await act();
      return false;
    });
  }

  get streams(): number {
    return this.sides.streams.length;
  }

  /** Judges a run, and its record: a finished run without `--dry-run` has exactly one, which says the same. */
  async judge(outcome: Outcome, expected: Expectation, recorded: boolean): Promise<string[]> {
    const faults = judge(outcome, expected);
    if (outcome.hung) return faults;
    const records = await this.store.records().catch(() => null);
    if (records === null) return faults;
    for (const { report } of records) faults.push(...faultsOfText("the record", report ?? "", expected));
    if (!recorded && records.length > 0) faults.push(`a dry run left ${records.length} records`);
    if (!recorded || ![0, 3, 4].includes(outcome.code ?? -1)) return faults;
    const saysNot = /run_record_failed|record could not/.test(outcome.stdout + outcome.stderr);
    const [record] = records;
    if (records.length !== 1) {
      if (!saysNot || outcome.code === 0)
        faults.push(`lost record: exit ${outcome.code} and ${records.length} records`);
    } else if (record!.exitCode !== outcome.code && !saysNot) {
      faults.push(`lost record: it says ${record!.status} ${record!.exitCode}, the process ${outcome.code}`);
    }
    return faults;
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    await this.node.close();
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes a world, attacks it, and takes it down whatever happens. */
export async function inWorld<T>(
  random: SeededRandom,
  lab: Lab,
  options: WorldOptions,
  attack: (world: World) => Promise<T>,
): Promise<T> {
  const world = await World.create(random, lab, options);
  try {
    return await attack(world);
  } finally {
    await world.close();
  }
}
