import type { ChainEvent } from "./chain-event.js";
import { rowIdOf, rowOfStream } from "./row-of-stream.js";
import type { SeededRandom } from "./seeded-random.js";
import type { StreamRow, TableModel } from "./table-model.js";

export interface IndexerPlan {
  /** The most ledgers that it is behind when all is well. */
  readonly lagMost: number;
  /** It never gets further than this ledger; null: it runs. */
  readonly stalledAt: number | null;
}

export type Mishap = "missed" | "twice" | "missed-create";

/** Follows the contract's events into the table, ledger by ledger, some ledgers late. */
export class IndexerModel {
  readonly #table: TableModel;
  readonly #plan: IndexerPlan;
  readonly #random: SeededRandom;
  /** The last ledger whose events were begun. */
  position = 0;
  #nextEvent = 0;
  /** Events of `position` that a second write will apply, and when. */
  #rest: { readonly events: readonly ChainEvent[]; readonly dueAt: number } | null = null;
  #armed: Mishap[] = [];
  /** Streams whose next event is in the row already: a backend that writes before its transaction lands. */
  readonly #writtenAhead = new Set<bigint>();
  /** Called when a mishap has struck. */
  onMishap: (mishap: Mishap, event: ChainEvent) => void = () => {};
  /** Probability that the events of one ledger arrive in two writes. */
  splitChance = 0;

  constructor(table: TableModel, plan: IndexerPlan, random: SeededRandom) {
    this.#table = table;
    this.#plan = plan;
    this.#random = random;
  }

  /** The next event that it fits goes wrong. */
  arm(mishap: Mishap): void {
    this.#armed.push(mishap);
  }

  /** Mishaps that found no event. */
  disarm(): void {
    this.#armed = [];
  }

  /** Whether an event is still to come whose effect is in the row already. */
  expects(id: bigint): boolean {
    return this.#writtenAhead.has(id);
  }

  expectWritten(id: bigint): void {
    this.#writtenAhead.add(id);
  }

  /** One round of work, when the chain has reached `head`. */
  step(head: number, events: readonly ChainEvent[]): void {
    if (this.#rest !== null) {
      if (head < this.#rest.dueAt) return;
      for (const event of this.#rest.events) this.#apply(event);
      this.#rest = null;
    }
    const goal = Math.min(head - this.#random.int(0, this.#plan.lagMost), this.#plan.stalledAt ?? head);
    while (this.position < goal && this.#rest === null) this.#takeLedger(events, head);
    this.#table.setCursor(this.position);
  }

  #takeLedger(events: readonly ChainEvent[], head: number): void {
    this.position += 1;
    const from = this.#nextEvent;
    while (events[this.#nextEvent] !== undefined && events[this.#nextEvent]!.ledger <= this.position) {
      this.#nextEvent += 1;
    }
    const mine = events.slice(from, this.#nextEvent);
    const split = mine.length > 1 && this.#random.chance(this.splitChance);
    const now = split ? this.#random.int(1, mine.length - 1) : mine.length;
    for (const event of mine.slice(0, now)) this.#apply(event);
    if (split) this.#rest = { events: mine.slice(now), dueAt: head + this.#random.int(1, 2) };
  }

  #apply(event: ChainEvent): void {
    const mishap = this.#takeMishap(event);
    if (mishap !== null) this.onMishap(mishap, event);
    if (mishap === "missed" || mishap === "missed-create") return;
    const isWritten = this.#writtenAhead.delete(event.streamId);
    if (event.kind === "created" && this.#table.rowsOf(event.streamId).length === 0) {
      this.#table.put(rowOfStream(event.after, event.streamId, event.ledger));
      return;
    }
    const times = mishap === "twice" ? 2n : 1n;
    for (const row of this.#table.rowsOf(event.streamId)) {
      const changed = isWritten || event.kind === "created" ? row : applied(row, event, times);
      this.#table.put({ ...changed, synced: event.ledger });
    }
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
