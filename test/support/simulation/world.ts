import { contractId } from "../streampay-contract.js";
import { type ActivityPlan, createStream, newTerms, operate, stir } from "./activity.js";
import { CheckerModel } from "./checker-model.js";
import { ContractModel } from "./contract-model.js";
import type { FaultGround } from "./fault-ground.js";
import { FAULT_PLANTERS } from "./fault-planters.js";
import { IndexerModel, type Mishap } from "./indexer-model.js";
import { closeTimeOf, LONGEST_RUN_LEDGERS } from "./ledger-time.js";
import type { PlantedFault } from "./planted-fault.js";
import { rowIdOf } from "./row-of-stream.js";
import { SeededRandom } from "./seeded-random.js";
import { TableModel } from "./table-model.js";
import type { WorldPlan } from "./world-plan.js";
import { WritesAhead } from "./writes-ahead.js";

const STREAMS_AT_FIRST = 5;

export const ESCROW = contractId(4711);

/** By then a backend that is alive has written all that it has seen. */
const QUIET_TICKS = 60;

/**
 * A contract, its backend, and what is wrong with them. Evolves by ticks of five seconds; a ledger closes with each,
 * unless the chain stands still.
 */
export class World implements FaultGround {
  readonly plan: WorldPlan;
  readonly contract = new ContractModel();
  readonly table: TableModel;
  readonly faults: PlantedFault[] = [];
  /** The ledger at which the history ends and the run may start. */
  readonly runsFrom: number;
  readonly farAhead: bigint;
  readonly random: SeededRandom;
  /** Events of the contract that concern no stream, by ledger. */
  readonly otherEvents: number[] = [];
  readonly #indexer: IndexerModel;
  readonly #checker: CheckerModel | null;
  readonly #activity: ActivityPlan;
  readonly #frozen = new Set<bigint>();
  readonly #faulted = new Set<bigint>();
  readonly #ahead: WritesAhead;
  readonly #heads = new Map<number, number>();
  #creates = true;
  time: number;

  constructor(plan: WorldPlan) {
    this.plan = plan;
    this.random = new SeededRandom(plan.seed).fork("world");
    this.runsFrom = plan.firstLedger + plan.historyLedgers;
    this.farAhead = BigInt(closeTimeOf(this.runsFrom + LONGEST_RUN_LEDGERS));
    this.table = new TableModel(plan.cursor);
    const { stoppedFor, catchesUpBy } = plan.indexer;
    const stopsAt = stoppedFor === null ? null : this.runsFrom - stoppedFor;
    const hours = { stopsAt, resumesAt: catchesUpBy === null ? null : this.runsFrom };
    this.#indexer = new IndexerModel(this.table, plan, hours, this.random.fork("indexer"));
    const isStuck = (id: bigint) => this.#faulted.has(id);
    this.#checker =
      plan.cursor === "checked-row"
        ? new CheckerModel(this.contract, this.table, plan, hours, this.random.fork("checker"), isStuck)
        : null;
    if (this.#checker !== null) {
      this.#checker.onMissedCreate = (id) => this.#note("missing-in-db", "the backend missed the new stream", id);
    }
    this.#ahead = new WritesAhead(this.contract, this.table, this.#indexer, this.random);
    this.#indexer.onMishap = (mishap, { kind, streamId, ledger }) => {
      const how = `the indexer ${mishap === "twice" ? "applied twice" : "missed"} the event "${kind}" of ledger ${ledger}`;
      this.#note(mishap === "missed-create" ? "missing-in-db" : "drift", how, streamId);
    };
    const tokens = Array.from({ length: plan.tokens }, (_, i) => contractId(800 + i));
    const { amendments, historyLedgers } = plan;
    this.#activity = { tokens, amendments, longestSeconds: historyLedgers * 12 };
    this.time = plan.firstLedger - 1;
    this.contract.nextIds.set(this.time, 1n);
    this.contract.beginLedger(this.time, BigInt(closeTimeOf(this.time)));
  }

  get tokens(): readonly string[] {
    return this.#activity.tokens;
  }

  get head(): number {
    return this.contract.ledger;
  }

  /** How far the chain had come at a time. */
  headAt(time: number): number {
    return this.#heads.get(time) ?? this.head;
  }

  get indexedUpTo(): number {
    return (this.#checker ?? this.#indexer).position;
  }

  /** Whether nobody writes into the table any more. */
  get isDead(): boolean {
    const { stoppedFor, catchesUpBy } = this.plan.indexer;
    return stoppedFor !== null && catchesUpBy === null;
  }

  /** Lives through everything before the run. */
  evolve(): void {
    const { firstLedger, historyLedgers, streams, faults } = this.plan;
    const plantAt = Array.from(
      { length: faults },
      () => firstLedger + this.random.int(historyLedgers >> 2, historyLedgers - 4),
    );
    const growthLedgers = historyLedgers * 0.8;
    for (const token of this.tokens) {
      // What other families of streams, or donors, have put into the same escrow.
      if (this.random.chance(0.25)) this.contract.setBalance(token, this.random.bigint(1n, 10n ** 12n));
    }
    while (this.head < this.runsFrom) {
      const isSettling = this.head >= this.runsFrom - 2;
      const age = this.head - firstLedger;
      const isGrowing = age < growthLedgers;
      const creates = age < 0 ? STREAMS_AT_FIRST : isGrowing ? this.random.count(streams / growthLedgers) : 0;
      const operations = this.random.count((streams * 3) / historyLedgers);
      this.#tick(creates, operations, isSettling ? this.plan.writesAhead : 0);
      for (const _ of plantAt.filter((ledger) => ledger === this.head)) this.#plant();
    }
    this.#indexer.disarm();
    // Of one entry with all streams the tool does not ask what lies beyond the counter.
    if (faults > 0 && !this.plan.sharedEntry && this.random.chance(0.05)) this.#plantAtCount();
  }

  /** Five seconds more, while the tool runs. */
  tick(): void {
    const { activity, writesAhead, standsStillFor } = this.plan;
    if (this.time < this.runsFrom + standsStillFor) return this.#pass();
    const creates = this.#creates && activity > 0 && this.random.chance(0.15) ? 1 : 0;
    this.#tick(creates, activity === 0 ? 0 : this.random.count(activity), activity === 0 ? 0 : writesAhead);
  }

  /** No transaction comes in any more, and whoever is alive writes what there is to write. */
  comeToRest(): void {
    const goal = this.head;
    for (let i = 0; i < QUIET_TICKS || (!this.isDead && this.indexedUpTo < goal + QUIET_TICKS / 2); i++) {
      this.#nextLedger();
      this.#pass();
    }
  }

  isFaulted(onChainId: bigint): boolean {
    return this.#faulted.has(onChainId);
  }

  soundStreams(): bigint[] {
    const isSound = (id: bigint) =>
      !this.#faulted.has(id) &&
      !this.#ahead.isPending(id) &&
      this.contract.stream(id) !== null &&
      this.table.rowsOf(id).length === 1;
    return [...this.contract.entries.keys()].filter(isSound);
  }

  freeze(id: bigint): void {
    this.#frozen.add(id);
  }

  #nextLedger(): void {
    const ledger = this.head + 1;
    this.contract.beginLedger(ledger, BigInt(closeTimeOf(ledger)));
    for (const streamId of this.#ahead.land(ledger)) {
      // The escrow was drained meanwhile, say: what was written ahead stays wrong.
      this.#note("drift", "wrote a row ahead of a transaction that then failed", streamId);
    }
  }

  #tick(creates: number, operations: number, aheadChance: number): void {
    this.#nextLedger();
    if (!this.#ahead.isPending(this.contract.nextId)) {
      for (let i = 0; i < creates; i++) createStream(this.contract, this.random, this.#activity);
    }
    for (let i = 0; i < operations; i++) this.#operate();
    this.#stir();
    if (this.random.chance(this.plan.otherEvents)) this.otherEvents.push(this.head);
    this.#pass(aheadChance);
  }

  /** Time passes for the backend. */
  #pass(aheadChance = 0): void {
    this.time += 1;
    this.table.time = this.time;
    this.#heads.set(this.time, this.head);
    if (this.random.chance(aheadChance)) this.#writeAhead();
    if (this.#checker !== null) this.#checker.step(this.time, this.head);
    else this.#indexer.step(this.time, this.head, this.contract.events);
  }

  /** Streams that are to go on moving do, and do not end. */
  #stir(): void {
    const { stirredEach, faultsMove, maxLag } = this.plan;
    if (this.head < this.runsFrom - 2 * maxLag) return;
    const isItsTurn = (id: bigint) => stirredEach !== null && Number(id) % stirredEach === this.head % stirredEach;
    for (const id of this.contract.entries.keys()) {
      const moves = isItsTurn(id) || (this.#faulted.has(id) && this.random.chance(faultsMove));
      if (moves && this.#mayTouch(id)) stir(this.contract, this.random, id);
    }
  }

  #operate(): void {
    const ids = Number(this.contract.nextId) - 1;
    for (let attempt = 0; attempt < 4 && ids > 0; attempt++) {
      const id = BigInt(this.random.int(1, ids));
      if (this.#mayTouch(id) && operate(this.contract, this.random, this.#activity, id)) return;
    }
  }

  #mayTouch(id: bigint): boolean {
    if (this.#frozen.has(id) || this.#ahead.isPending(id)) return false;
    return true;
  }

  #writeAhead(): void {
    const dueAt = this.head + this.random.int(1, this.plan.aheadMost);
    if (this.random.chance(0.25)) {
      if (this.#creates) this.#ahead.create(newTerms(this.random, this.#activity), dueAt);
      return;
    }
    this.#ahead.update(
      this.soundStreams().filter((id) => this.#mayTouch(id)),
      dueAt,
    );
  }

  #plant(): void {
    const mishaps: readonly Mishap[] = ["missed", "missed", "twice", "missed-create"];
    if (this.random.chance(0.3)) {
      if (this.#checker !== null) return this.#checker.missNextCreate();
      return this.#indexer.arm(this.random.pick(mishaps));
    }
    for (let attempt = 0; attempt < 5; attempt++) {
      const fault = this.random.pick(FAULT_PLANTERS)(this);
      if (fault === null) continue;
      this.faults.push(fault);
      if (fault.onChainId !== null) this.#faulted.add(fault.onChainId);
      if (fault.onChainId !== null && this.random.chance(0.5)) this.freeze(fault.onChainId);
      return;
    }
  }

  /** An entry at the very id that is given out next: no row points to it, so the tool must look there unasked. */
  #plantAtCount(): void {
    const [model] = this.soundStreams();
    const id = this.contract.nextId;
    if (model === undefined || this.#ahead.isPending(id)) return;
    this.#creates = false;
    this.contract.overwrite(id, { ...this.contract.stream(model)!, id, status: "Settled" });
    this.freeze(id);
    this.#faulted.add(id);
    const how = "wrote an entry without a row at the next id";
    const fault = { kind: "violation", invariant: "id_below_count", rowId: null } as const;
    this.faults.push({ ...fault, how, ledger: this.head, onChainId: id });
  }

  #note(kind: PlantedFault["kind"], how: string, streamId: bigint): void {
    this.#faulted.add(streamId);
    if (this.random.chance(0.5)) this.freeze(streamId);
    this.faults.push({ kind, how, ledger: this.head, onChainId: streamId, rowId: rowIdOf(streamId) });
  }
}
