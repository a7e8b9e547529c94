import type { ContractModel } from "./contract-model.js";
import type { WorkingHours } from "./indexer-model.js";
import { rowOfStream } from "./row-of-stream.js";
import type { SeededRandom } from "./seeded-random.js";
import type { TableModel } from "./table-model.js";
import type { WorldPlan } from "./world-plan.js";

/** A backend without events: it reads one entry after the other and writes what it read, and at which ledger. */
export class CheckerModel {
  readonly #contract: ContractModel;
  readonly #table: TableModel;
  readonly #plan: WorldPlan;
  readonly #hours: WorkingHours;
  readonly #random: SeededRandom;
  /** Streams whose rows it gets wrong, again and again. */
  readonly #isStuck: (id: bigint) => boolean;
  #known = 1n;
  #skipsNext = false;
  position: number;
  onMissedCreate: (id: bigint) => void = () => {};

  constructor(
    contract: ContractModel,
    table: TableModel,
    plan: WorldPlan,
    hours: WorkingHours,
    random: SeededRandom,
    isStuck: (id: bigint) => boolean,
  ) {
    this.#contract = contract;
    this.#table = table;
    this.#plan = plan;
    this.#hours = hours;
    this.#random = random;
    this.#isStuck = isStuck;
    this.position = plan.firstLedger - 1;
  }

  missNextCreate(): void {
    this.#skipsNext = true;
  }

  step(time: number, head: number): void {
    const { stopsAt, resumesAt } = this.#hours;
    if (stopsAt !== null && head > stopsAt && (resumesAt === null || time < resumesAt)) return;
    const { lag, checkRound } = this.#plan.indexer;
    this.position = Math.max(this.position, head - this.#random.int(lag.least, lag.most));
    this.#insertNew();
    for (const [id, history] of this.#table.rows) {
      const row = history.last;
      // By half the id: in the rhythm of the streams' own changes no check could be told from an event.
      if (row == null || row.onChainId === null) continue;
      if (Number(row.onChainId >> 1n) % checkRound !== time % checkRound) continue;
      const version = this.#contract.entries.get(row.onChainId)?.at(this.position);
      if (version?.value == null) continue;
      const isStuck = this.#isStuck(row.onChainId);
      // Of the rows that it gets wrong, it believes half to be checked.
      if (isStuck && row.onChainId % 2n === 0n) continue;
      const read = rowOfStream(version.value, row.onChainId, this.position);
      this.#table.put({ ...(isStuck ? row : read), id, synced: this.position });
    }
  }

  #insertNew(): void {
    const next = this.#contract.nextIds.at(this.position)?.value ?? 1n;
    for (; this.#known < next; this.#known += 1n) {
      const stream = this.#contract.entries.get(this.#known)?.at(this.position)?.value ?? null;
      if (stream === null || this.#table.rowsOf(this.#known).length > 0) continue;
      if (this.#skipsNext) {
        this.#skipsNext = false;
        this.onMissedCreate(this.#known);
      } else this.#table.put(rowOfStream(stream, this.#known, this.position));
    }
  }
}
