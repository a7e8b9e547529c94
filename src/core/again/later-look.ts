import type { StreamRow } from "../../ports/db-client.js";
import type { Layout } from "../contract/layout.js";
import type { Observation, ObservationSummary } from "../look/observation.js";
import type { Observer } from "../look/observer.js";
import { type RowPlan, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import type { SameState } from "../verdict/side-state.js";
import type { CursorMeaning } from "../verdict/verdict.js";
import { PendingSuspects } from "./pending-suspects.js";
import type { Suspects } from "./suspects.js";
import { follow, type Reading } from "./trail.js";
import { UnmatchedRows } from "./unmatched-rows.js";

/** Which rows to read: all of them, or those with one of the values. */
export type RowSelection = { readonly by: "streamId" | "onChainId"; readonly values: readonly string[] } | null;

/** A fresh view of the database. */
export interface LaterRows {
  /** F: how far the database has come by then; null: unknown. */
  readonly watermark: number | null;
  readonly pages: AsyncIterable<readonly StreamRow[]>;
}

export interface LaterLookOptions {
  readonly observer: Observer;
  /** @param upTo the newest ledger that a cursor counts to */
  readonly readRows: (selection: RowSelection, upTo: number) => Promise<LaterRows>;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly maxLagLedgers: number;
  /** What cursors mean, as far as the greatest of them tells. */
  readonly meaningAt: (watermark: number | null) => CursorMeaning;
  readonly same: SameState;
  /** Whether the first pass saw a row for the stream. */
  readonly hadRow: (onChainId: bigint) => boolean;
  /** Told of every later look. */
  readonly onLook: (seen: Observation, look: number) => void;
  /** With more suspects than this the whole table is read, once, instead of the rows that are selected. Default 5,000. */
  readonly selectAtMost?: number;
}

/** Values that one query selects by. Each query goes through the whole table, so there must not be many. */
const VALUES_PER_QUERY = 1_000;
const SELECT_AT_MOST = 5_000;

/** How looks are to be read with the watermark where it is. */
export function readingOf(options: LaterLookOptions, watermark: number | null): Reading {
  const { same, maxLagLedgers, meaningAt, layout } = options;
  const isShared = layout.stream.storage === "instance";
  return { same, maxLagLedgers, isShared, meaning: meaningAt(watermark) };
}

/** One more look at the streams that still differ: their rows as they are now, then their entries. */
export class LaterLook {
  readonly #suspects: Suspects;
  readonly #options: LaterLookOptions;
  readonly #number: number;
  readonly #onSeen: (streams: number) => void;
  readonly #pending: PendingSuspects;
  readonly #selectAtMost: number;
  #watermark: { readonly isRead: boolean; readonly ledger: number | null };

  /** @param watermark F of the look before, which stands until rows are read */
  constructor(
    suspects: Suspects,
    options: LaterLookOptions,
    { number, watermark, onSeen }: { number: number; watermark: number | null; onSeen: (streams: number) => void },
  ) {
    this.#suspects = suspects;
    this.#options = options;
    this.#number = number;
    this.#onSeen = onSeen;
    this.#pending = new PendingSuspects(suspects, options.hadRow);
    this.#selectAtMost = options.selectAtMost ?? SELECT_AT_MOST;
    this.#watermark = { isRead: false, ledger: watermark };
  }

  /** F at this look. */
  get watermark(): number | null {
    return this.#watermark.ledger;
  }

  /** @throws UnavailableError when a side is lost; what was seen by then stands */
  async take(): Promise<void> {
    await this.#findNamedRows();
    await this.#findRowsByStream();
    await this.#lookAtStreamsAlone();
    for (const place of this.#pending.rest()) {
      const { last, ...suspect } = this.#suspects.at(place);
      this.#suspects.set(place, { ...suspect, last: { ...last, row: null, outcome: null }, looks: suspect.looks + 1 });
    }
  }

  async #findNamedRows(): Promise<void> {
    const { plan } = this.#options;
    const pending = this.#pending;
    const isSelected = pending.named <= this.#selectAtMost && !pending.hasUnfindable;
    const values = isSelected ? pending.streamIds() : null;
    await this.#findRows("streamId", values, (row) => pending.awaits(rowStreamId(row, plan)));
  }

  /** A row whose name has changed, or cannot be queried, is not found by its name. */
  async #findRowsByStream(): Promise<void> {
    const { plan } = this.#options;
    const pending = this.#pending;
    const isSelected = pending.askForRows() <= this.#selectAtMost;
    const values = isSelected ? [...pending.onChainIds()].map(String) : null;
    await this.#findRows("onChainId", values, (row) => {
      const id = rowOnChainId(row, plan);
      return id !== null && pending.awaitsRowOf(id);
    });
  }

  /** Streams that no row was found for: the row has gone, or there never was one. */
  async #lookAtStreamsAlone(): Promise<void> {
    const pending = this.#pending;
    for await (const batch of this.#options.observer.ids(pending.onChainIds())) {
      for (const seen of batch) {
        const summary = this.#saw(seen);
        const take = () => pending.takeStream(seen.onChainId!);
        for (let place = take(); place >= 0; place = take()) this.#update(place, summary);
      }
      this.#onSeen(batch.length);
    }
  }

  /** @param values null: the whole table is read, and of its rows those that are wanted */
  async #findRows(
    by: "streamId" | "onChainId",
    values: readonly string[] | null,
    isWanted: (row: StreamRow) => boolean,
  ): Promise<void> {
    const { observer, readRows } = this.#options;
    const others = new UnmatchedRows();
    for (const selection of selections(by, values)) {
      const { watermark, pages } = await readRows(selection, observer.newestLedger);
      if (!this.#watermark.isRead) this.#watermark = { isRead: true, ledger: watermark };
      // The streams of rows that no suspect waits for need not be read again.
      for await (const batch of observer.rows({ pages: selection === null ? filtered(pages, isWanted) : pages })) {
        for (const seen of batch) this.#takeRow(seen, others);
        this.#onSeen(batch.length);
      }
    }
    for (const summary of others) {
      const place = this.#pending.takeChanged(summary);
      if (place >= 0) this.#update(place, summary);
    }
  }

  #takeRow(seen: Observation, others: UnmatchedRows): void {
    const summary = this.#saw(seen);
    const place = this.#pending.take(seen);
    if (place >= 0) this.#update(place, summary);
    else if (summary !== null) others.add(summary);
  }

  /** @returns null when the look failed: it says nothing, and the one before it stands */
  #saw(seen: Observation): ObservationSummary | null {
    this.#options.onLook(seen, this.#number);
    return seen.chain?.kind === "fault" ? null : this.#options.observer.summaryOf(seen);
  }

  #update(place: number, seen: ObservationSummary | null): void {
    if (seen === null) return;
    const { last, trail, looks } = this.#suspects.at(place);
    const next = follow(trail, last, seen, this.watermark, readingOf(this.#options, this.watermark));
    this.#suspects.set(place, { last: seen, trail: next, looks: looks + 1 });
  }
}

async function* filtered(
  pages: LaterRows["pages"],
  isWanted: (row: StreamRow) => boolean,
): AsyncGenerator<readonly StreamRow[]> {
  for await (const page of pages) yield page.filter(isWanted);
}

/** @param values null: the one selection of all rows */
function* selections(by: "streamId" | "onChainId", values: readonly string[] | null): Generator<RowSelection> {
  if (values === null) {
    yield null;
    return;
  }
  for (let at = 0; at < values.length; at += VALUES_PER_QUERY) {
    yield { by, values: values.slice(at, at + VALUES_PER_QUERY) };
  }
}
