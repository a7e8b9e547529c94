import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../src/core/report/report.js";
import { reportContradiction } from "../../../src/core/report/report-contradiction.js";
import type { Clock } from "../../../src/ports/clock.js";
import { streampay } from "../../../src/presets/streampay.js";
import { cli } from "../cli-io.js";
import type { TestDatabase } from "../postgres.js";
import { startRpcServer } from "../rpc-server.js";
import { TestLedger } from "../test-ledger.js";
import { ChainSource } from "./chain-source.js";
import { EventHistory } from "./event-history.js";
import { closeMsOf, LEDGER_MS, LONGEST_RUN_LEDGERS } from "./ledger-time.js";
import { NetworkModel } from "./network-model.js";
import type { RunWindow } from "./run-window.js";
import { ESCROW, World } from "./world.js";
import { planWorld, type WorldPlan } from "./world-plan.js";
import { openPostgresStore, openSqliteStore, type WorldStore } from "./world-store.js";

const { preset: _preset, database: _database, ...layout } = streampay;
const MEANS: Readonly<Record<string, string>> = {
  "every-row": "check",
  "checked-row": "check",
  "touched-row": "event",
};
const INSTANCE = { storage: "instance", key: ["Stream", { u64: "$id" }] };

export interface WorldRun {
  readonly world: World;
  readonly window: RunWindow;
  readonly report: Report;
  readonly requests: number;
}

/**
 * Runs the tool against a world that goes on living meanwhile: through a real RPC server and a real database, in
 * virtual time. @param postgres opens the database of worlds that want PostgreSQL
 */
export async function runWorld(seed: number, postgres: () => Promise<TestDatabase>): Promise<WorldRun> {
  const plan = planWorld(seed);
  const world = new World(plan);
  world.evolve();
  const { head: first, time: from } = world;
  const store =
    plan.database === "sqlite"
      ? await openSqliteStore(world.table, plan.sharedTable)
      : await openPostgresStore(await postgres(), world.table, plan.sharedTable);
  const clock = new WorldClock(world, store);
  const source = new ChainSource(world);
  const ledger = new TestLedger();
  const history = new EventHistory(world, ledger);
  const network = new NetworkModel(plan, source, ledger, async (milliseconds) => {
    const head = await clock.pass(milliseconds);
    history.update();
    return head;
  });
  const server = await startRpcServer(ledger, { rows: source.row, faults: network.rules });
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-world-"));
  try {
    await writeFile(join(folder, "world.json"), JSON.stringify(configOf(plan)));
    const argv = [...argumentsOf(plan), "--db", store.url, "--chain", server.url];
    const { code, stdout, stderr } = await cli(argv, { clock, cwd: folder });
    const report = readReport(stdout, stderr, code);
    const oldest = first - plan.network.staleLedgers - plan.network.behindLedgers;
    const window = { from, to: world.time, first, last: world.head, oldest };
    return { world, window, report, requests: server.requests.length };
  } finally {
    await server.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Time passes when somebody waits, and with it the chain and the indexer move. */
class WorldClock implements Clock {
  readonly #world: World;
  readonly #store: WorldStore;
  readonly #start: number;
  readonly #startMs: number;
  #now: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: World, store: WorldStore) {
    this.#world = world;
    this.#store = store;
    this.#start = world.time;
    this.#startMs = closeMsOf(world.head);
    this.#now = this.#startMs;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await this.pass(milliseconds);
    signal?.throwIfAborted();
  }

  /** @returns the chain's latest ledger, once the database has what the indexer knows by then */
  pass(milliseconds: number): Promise<number> {
    const done = this.#turn.then(async () => {
      this.#now += milliseconds;
      const goal = this.#start + Math.floor((this.#now - this.#startMs) / LEDGER_MS);
      if (goal > this.#start + LONGEST_RUN_LEDGERS) throw new Error("the run takes longer than a world lasts");
      if (goal > this.#world.time) {
        while (this.#world.time < goal) this.#world.tick();
        await this.#store.flush(this.#world.table);
      }
      return this.#world.head;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

function argumentsOf({ maxLag, concurrency, confirm, settle }: WorldPlan): string[] {
  return [
    ...["--config", "world.json", "--contract", ESCROW, "--dry-run", "--format", "json", "--no-progress"],
    ...["--max-lag", String(maxLag), "--concurrency", String(concurrency)],
    ...(confirm === null ? [] : ["--confirm", String(confirm)]),
    ...(settle === null ? [] : ["--settle", settle]),
  ];
}

function configOf({ cursor, tellsMeaning, wideMapping, sharedTable, sharedEntry }: WorldPlan): unknown {
  return {
    contract: {
      network: "testnet",
      ...(sharedEntry ? { layout: { ...layout, extends: "streampay", stream: INSTANCE } } : {}),
    },
    database: {
      ...(cursor === "none" ? { cursor: null } : {}),
      ...(tellsMeaning && cursor.endsWith("-row")
        ? { cursor: { column: "last_sync_ledger", means: MEANS[cursor] } }
        : {}),
      ...(cursor === "global"
        ? { cursor: { table: "indexer_state", column: "last_ledger", where: "name = 'streams'" } }
        : {}),
      ...(sharedTable ? { where: `contract_id = '${ESCROW}'` } : {}),
      ...(wideMapping ? { fields: { sender: { column: "sender_address" }, end_time: { column: "end_time" } } } : {}),
    },
  };
}

function readReport(stdout: string, stderr: string, code: number): Report {
  let report: Report;
  try {
    report = JSON.parse(stdout) as Report;
  } catch {
    throw new Error(`exit code ${code} and no report:\n${stdout}\n${stderr}`);
  }
  const fault = reportContradiction(report);
  if (fault !== null) throw new Error(`the report contradicts itself: ${fault}`);
  if (report.exitCode !== code) throw new Error(`the report says exit code ${report.exitCode}, the program ${code}`);
  return report;
}
