import { contractId } from "../streampay-contract.js";
import { type ActivityPlan, createStream, newTerms, operate } from "./activity.js";
import type { ChainEvent } from "./chain-event.js";
import { ContractModel } from "./contract-model.js";
import type { FaultGround } from "./fault-ground.js";
import { FAULT_PLANTERS } from "./fault-planters.js";
import { IndexerModel, type Mishap } from "./indexer-model.js";
import { closeMsOf, closeTimeOf, FIRST_LEDGER, LONGEST_RUN_LEDGERS } from "./ledger-time.js";
import type { PlantedFault } from "./planted-fault.js";
import { rowIdOf } from "./row-of-stream.js";
import { SeededRandom } from "./seeded-random.js";
import { TableModel } from "./table-model.js";
import type { WorldPlan } from "./world-plan.js";
import { WritesAhead } from "./writes-ahead.js";

const STREAMS_AT_FIRST = 5;

export const ESCROW = contractId(4711);

/** A contract, its backend, and what is wrong with them; evolves one ledger at a time. */
export class World implements FaultGround {
  readonly plan: WorldPlan;
  readonly contract = new ContractModel();
  readonly table: TableModel;
  readonly faults: PlantedFault[] = [];
  /** The ledger at which the history ends and the run may start. */
  readonly runsFrom: number;
  readonly farAhead: bigint;
  readonly random: SeededRandom;
  readonly #indexer: IndexerModel;
  readonly #activity: ActivityPlan;
  readonly #frozen = new Set<bigint>();
  readonly #faulted = new Set<bigint>();
  readonly #ahead: WritesAhead;
  #creates = true;

  constructor(plan: WorldPlan) {
    this.plan = plan;
    this.random = new SeededRandom(plan.seed).fork("world");
    this.runsFrom = FIRST_LEDGER + plan.historyLedgers;
    this.farAhead = BigInt(closeTimeOf(this.runsFrom + LONGEST_RUN_LEDGERS));
    this.table = new TableModel(plan.cursor);
    const stalledAt = plan.stalledFor === null ? null : this.runsFrom - plan.stalledFor;
    this.#indexer = new IndexerModel(this.table, { lagMost: plan.lagMost, stalledAt }, this.random.fork("indexer"));
    this.#indexer.position = FIRST_LEDGER - 1;
    this.#ahead = new WritesAhead(this.contract, this.table, this.#indexer, this.random);
    this.#indexer.onMishap = (mishap, event) => this.#mishapStruck(mishap, event);
    const tokens = Array.from({ length: plan.tokens }, (_, i) => contractId(800 + i));
    const { amendments, historyLedgers } = plan;
    this.#activity = { tokens, amendments, longestSeconds: historyLedgers * 12 };
    this.contract.nextIds.set(FIRST_LEDGER - 1, 1n);
    this.contract.beginLedger(FIRST_LEDGER - 1, BigInt(closeTimeOf(FIRST_LEDGER - 1)));
  }

  get tokens(): readonly string[] {
    return this.#activity.tokens;
  }

  get head(): number {
    return this.contract.ledger;
  }

  get nowMs(): number {
    return closeMsOf(this.head);
  }

  get indexedUpTo(): number {
    return this.#indexer.position;
  }

  /** Lives through everything before the run. */
  evolve(): void {
    const { historyLedgers, streams, faults } = this.plan;
    const plantAt = Array.from(
      { length: faults },
      () => FIRST_LEDGER + this.random.int(historyLedgers >> 2, historyLedgers - 4),
    );
    const growthLedgers = historyLedgers * 0.8;
    for (const token of this.tokens) {
      // What other families of streams, or donors, have put into the same escrow.
      if (this.random.chance(0.25)) this.contract.setBalance(token, this.random.bigint(1n, 10n ** 12n));
    }
    while (this.head < this.runsFrom) {
      const isSettling = this.head >= this.runsFrom - 2;
      const age = this.head - FIRST_LEDGER;
      const isGrowing = age < growthLedgers;
      const creates = age < 0 ? STREAMS_AT_FIRST : isGrowing ? this.random.count(streams / growthLedgers) : 0;
      const operations = this.random.count((streams * 3) / historyLedgers);
      if (isSettling) this.#indexer.splitChance = this.plan.splitWrites;
      this.#tick(creates, operations, isSettling ? this.plan.writesAhead : 0);
      for (const _ of plantAt.filter((ledger) => ledger === this.head)) this.#plant();
    }
    this.#indexer.disarm();
    if (faults > 0 && this.random.chance(0.05)) this.#plantAtCount();
  }

  /** One ledger more, while the tool runs. */
  tick(): void {
    const { activity, writesAhead } = this.plan;
    const creates = this.#creates && activity > 0 && this.random.chance(0.15) ? 1 : 0;
    this.#tick(creates, activity === 0 ? 0 : this.random.count(activity), activity === 0 ? 0 : writesAhead);
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

  #tick(creates: number, operations: number, aheadChance: number): void {
    const ledger = this.head + 1;
    this.contract.beginLedger(ledger, BigInt(closeTimeOf(ledger)));
    this.table.ledger = ledger;
    for (const streamId of this.#ahead.land(ledger)) {
      // The escrow was drained meanwhile, say: what was written ahead stays wrong.
      this.#note("drift", "wrote a row ahead of a transaction that then failed", streamId);
    }
    if (!this.#ahead.isPending(this.contract.nextId)) {
      for (let i = 0; i < creates; i++) createStream(this.contract, this.random, this.#activity);
    }
    for (let i = 0; i < operations; i++) this.#operate();
    if (this.random.chance(aheadChance)) this.#writeAhead();
    this.#indexer.step(ledger, this.contract.events);
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
    // A faulted stream comes to rest before the run, so that its verdict does not depend on the moment.
    return !this.#faulted.has(id) || this.head < this.runsFrom - this.plan.lagMost - 6;
  }

  #writeAhead(): void {
    const dueAt = this.head + this.random.int(1, 2);
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
    if (this.random.chance(0.3)) return this.#indexer.arm(this.random.pick(mishaps));
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

  #mishapStruck(mishap: Mishap, { kind, streamId, ledger }: ChainEvent): void {
    const how = `the indexer ${mishap === "twice" ? "applied twice" : "missed"} the event "${kind}" of ledger ${ledger}`;
    this.#note(mishap === "missed-create" ? "missing-in-db" : "drift", how, streamId);
  }

  #note(kind: PlantedFault["kind"], how: string, streamId: bigint): void {
    this.#faulted.add(streamId);
    if (this.random.chance(0.5)) this.freeze(streamId);
    this.faults.push({ kind, how, ledger: this.head, onChainId: streamId, rowId: rowIdOf(streamId) });
  }
}
