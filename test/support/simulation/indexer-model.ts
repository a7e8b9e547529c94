import type { ChainEvent } from "./chain-event.js";
import { rowIdOf, rowOfStream } from "./row-of-stream.js";
import type { SeededRandom } from "./seeded-random.js";
import type { StreamRow, TableModel } from "./table-model.js";
import type { WorldPlan } from "./world-plan.js";

export type Mishap = "missed" | "twice" | "missed-create";

/** When an indexer works, in the world's time. */
export interface WorkingHours {
  /** It takes no ledger beyond this one... */
  readonly stopsAt: number | null;
  /** ...until this time; null: for ever. */
  readonly resumesAt: number | null;
}

/** Follows the contract's events into the table, ledger by ledger, some ledgers late. */
export class IndexerModel {
  readonly #table: TableModel;
  readonly #plan: WorldPlan;
  readonly #hours: WorkingHours;
  readonly #random: SeededRandom;
  /** The last ledger whose events were begun. */
  position: number;
  #nextEvent = 0;
  /** Events before `position` that are still to be written, in order of the time at which they will be. */
  #writes: { readonly event: ChainEvent; readonly dueAt: number }[] = [];
  #armed: Mishap[] = [];
  /** Streams whose next event is in the row already: a backend that writes before its transaction lands. */
  readonly #writtenAhead = new Set<bigint>();
  /** Called when a mishap has struck. */
  onMishap: (mishap: Mishap, event: ChainEvent) => void = () => {};

  constructor(table: TableModel, plan: WorldPlan, hours: WorkingHours, random: SeededRandom) {
    this.#table = table;
    this.#plan = plan;
    this.#hours = hours;
    this.#random = random;
    this.position = plan.firstLedger - 1;
  }

  /** The next event that it fits goes wrong. */
  arm(mishap: Mishap): void {
    this.#armed.push(mishap);
  }

  /** Mishaps that found no event. */
  disarm(): void {
    this.#armed = [];
  }

  /** Whether an event of the stream is still to be written, or to come with its effect in the row already. */
  expects(id: bigint): boolean {
    return this.#writtenAhead.has(id) || this.#writes.some(({ event }) => event.streamId === id);
  }

  expectWritten(id: bigint): void {
    this.#writtenAhead.add(id);
  }

  /** One round of work, when the chain has reached `head`. */
  step(time: number, head: number, events: readonly ChainEvent[]): void {
    this.#write(time);
    const goal = this.#goal(time, head);
    while (this.position < goal) this.#takeLedger(events, time);
    this.#write(time);
    this.#table.setCursor(this.position);
  }

  #goal(time: number, head: number): number {
    const { lag, catchesUpBy } = this.#plan.indexer;
    const { stopsAt, resumesAt } = this.#hours;
    const goal = head - this.#random.int(lag.least, lag.most);
    if (stopsAt === null) return goal;
    if (resumesAt === null || time < resumesAt) return Math.min(goal, stopsAt);
    return Math.min(goal, this.position + catchesUpBy!);
  }

  #takeLedger(events: readonly ChainEvent[], time: number): void {
    this.position += 1;
    const { least, most } = this.#plan.indexer.writeDelay;
    for (let event = events[this.#nextEvent]; event !== undefined; event = events[this.#nextEvent]) {
      if (event.ledger > this.position) break;
      this.#nextEvent += 1;
      const { streamId } = event;
      // One stream's events stay in order.
      const before = this.#writes.findLast((write) => write.event.streamId === streamId)?.dueAt ?? 0;
      this.#writes.push({ event, dueAt: Math.max(before, time + this.#random.int(least, most)) });
    }
  }

  #write(time: number): void {
    const due = this.#writes.filter(({ dueAt }) => dueAt <= time);
    this.#writes = this.#writes.filter(({ dueAt }) => dueAt > time);
    for (const { event } of due) this.#apply(event);
  }

  #apply(event: ChainEvent): void {
    const mishap = this.#takeMishap(event);
    if (mishap !== null) this.onMishap(mishap, event);
    if (mishap === "missed" || mishap === "missed-create") return;
    const isWritten = this.#writtenAhead.delete(event.streamId);
    const synced = this.#hasCursor(event.streamId) ? event.ledger : null;
    if (event.kind === "created" && this.#table.rowsOf(event.streamId).length === 0) {
      this.#table.put(rowOfStream(event.after, event.streamId, synced));
      return;
    }
    const times = mishap === "twice" ? 2n : 1n;
    for (const row of this.#table.rowsOf(event.streamId)) {
      const changed = isWritten || event.kind === "created" ? row : applied(row, event, times);
      this.#table.put({ ...changed, synced });
    }
  }

  #hasCursor(id: bigint): boolean {
    return Number((id * 37n) % 100n) >= this.#plan.nullCursors;
  }

  #takeMishap(event: ChainEvent): Mishap | null {
    const index = this.#armed.findIndex((mishap) => this.#fits(mishap, event));
    return index < 0 ? null : (this.#armed.splice(index, 1)[0] as Mishap);
  }

  #fits(mishap: Mishap, { kind, amount, streamId }: ChainEvent): boolean {
    if (this.#writtenAhead.has(streamId) || kind === "overwritten") return false;
    if (mishap === "missed-create") return kind === "created";
    const hasRow = this.#table.row(rowIdOf(streamId)) !== null;
    // An event that says nothing about amount or status could be missed without a trace.
    return hasRow && kind !== "created" && (mishap === "twice" ? amount > 0n : kind !== "amended");
  }
}

/** Amounts are added up, as backends do that react to events; so a missed one is missed for good. */
function applied(row: StreamRow, { kind, amount, after }: ChainEvent, times: bigint): StreamRow {
  const released = row.released + amount * times;
  switch (kind) {
    case "created":
      return row;
    case "withdrawn":
      return { ...row, released };
    case "settled":
      return { ...row, released, status: "settled" };
    case "cancelled":
      return { ...row, released, status: "cancelled" };
    case "paused":
      return { ...row, status: "paused" };
    case "started":
    case "resumed":
      return { ...row, status: "active", end: after.end_time };
    case "amended":
      return { ...row, end: after.end_time };
    case "overwritten":
      return { ...rowOfStream(after, row.onChainId!, row.synced), id: row.id };
  }
}
