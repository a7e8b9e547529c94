import type { Clock } from "../../ports/clock.js";
import type { StreamRow } from "../../ports/db-client.js";
import type { OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { Layout } from "../contract/layout.js";
import type { Observation, ObservationSummary, Observer } from "../look/observer.js";
import type { OnProgress } from "../look/run-progress.js";
import { needsAnotherLook, type StreamOutcome } from "../report/stream-outcome.js";
import { type Judgement, judged } from "../rules/judgement.js";
import { type RowPlan, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import type { SameState } from "../rules/side-state.js";
import {
  type CursorMeaning,
  type Evidence,
  type FirstChange,
  unproven,
  type Verdict,
  verdictOn,
} from "../rules/verdict.js";
import { PendingSuspects } from "./pending-suspects.js";
import type { Suspect, Suspects } from "./suspects.js";
import { evidenceOf, follow, type Reading, type Trail } from "./trail.js";
import { UnmatchedRows } from "./unmatched-rows.js";

/** Which rows to read: all of them, or those with one of the values. */
export type RowSelection = { readonly by: "streamId" | "onChainId"; readonly values: readonly string[] } | null;

/**
 * The ledger of the contract's first event from a ledger on, null: there was none; `isExact`: the node still remembers
 * all events from there on. Null when the node cannot be asked.
 */
export type FirstEvent = (
  from: number,
) => Promise<{ readonly ledger: number | null; readonly isExact: boolean } | null>;

/** A fresh view of the database. */
export interface LaterRows {
  /** F: how far the database has come by then; null: unknown. */
  readonly watermark: number | null;
  readonly pages: AsyncIterable<readonly StreamRow[]>;
}

export interface ConfirmationOptions {
  readonly observer: Observer;
  /** @param upTo the newest ledger that a cursor counts to */
  readonly readRows: (selection: RowSelection, upTo: number) => Promise<LaterRows>;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly chain: OnChainClient;
  /** The contract's first event from a ledger on; absent: the chain source tells of no events. */
  readonly firstEvent?: FirstEvent;
  readonly clock: Clock;
  /** How often streams that differ are looked at again, at least. */
  readonly rounds: number;
  /** The chain never moves: one more look at the database is all there is to do. */
  readonly isStatic: boolean;
  readonly maxLagLedgers: number;
  readonly graceLedgers: number;
  /** How long a database that is on its way is waited for, in milliseconds. */
  readonly settle_ms: number;
  /** F of the first look. */
  readonly watermark: number | null;
  /** What cursors mean, as far as the greatest of them tells. */
  readonly meaningAt: (watermark: number | null) => CursorMeaning;
  readonly same: SameState;
  /** Whether the first pass saw a row for the stream. */
  readonly hadRow: (onChainId: bigint) => boolean;
  /** Told of every later look. */
  readonly onLook: (seen: Observation, look: number) => void;
  readonly onProgress: OnProgress;
  readonly read: ReadOptions;
  /** With more suspects than this the whole table is read, once, instead of the rows that are selected. Default 5,000. */
  readonly selectAtMost?: number;
}

/** Ledgers close about every five seconds; a network that stands still this long will not move for us. */
const LONGEST_WAIT_MS = 12_000;
const POLL_MS = 1_000;

/** What is young is watched for the grace, and as many ledgers more: looks do not come at every ledger. */
const LEDGERS_BEYOND_GRACE = 6;
/** In graces: the cursor has to come to the first look's ledger before anything can be held against it. */
const LONGEST_TRIAL = 5;

/** Values that one query selects by. Each query goes through the whole table, so that there must not be many. */
const VALUES_PER_QUERY = 1_000;
const SELECT_AT_MOST = 5_000;

/**
 * Looks again at streams that differed, until the looks have shown what the difference means: a database on its way, or
 * drift. What neither can be shown of is unproven.
 */
export class Confirmation {
  readonly #options: ConfirmationOptions;
  readonly #suspects: Suspects;
  readonly #found: number;
  readonly #startedAt: number;
  /** F at the present look. */
  #watermark: number | null;
  #firstChange: FirstChange | null = null;
  /** The newest ledger that was waited for. */
  #waitedFor = 0;
  /** Streams that the present look has seen. */
  #seen = 0;
  #dismissed = 0;
  #confirmed = 0;
  /** Why the looks ended before their time; null when they did not. */
  unconfirmed: string | null = null;
  #stoodStill = false;
  /** Whether the looks came to their end, for better or worse. */
  isComplete = false;

  constructor(suspects: Suspects, options: ConfirmationOptions) {
    this.#options = options;
    this.#suspects = suspects;
    this.#found = suspects.count;
    this.#startedAt = options.clock.now();
    this.#watermark = options.watermark;
    for (const place of suspects.places()) {
      const suspect = suspects.at(place);
      const trail = follow(null, null, suspect.last, this.#watermark, this.#reading);
      suspects.set(place, { ...suspect, trail });
    }
  }

  /** How many streams differed at first, turned out to agree, and were found to have drifted after all. */
  get counts(): { readonly found: number; readonly dismissed: number; readonly confirmed: number } {
    return { found: this.#found, dismissed: this.#dismissed, confirmed: this.#confirmed };
  }

  /**
   * Looks again, each time at a later ledger, and yields what is settled on the way: streams that agree after all.
   * @throws UnavailableError when a side is lost; what the looks have shown by then stands
   */
  async *dismiss(): AsyncGenerator<StreamOutcome> {
    const { isStatic, rounds } = this.#options;
    for (let round = 1; rounds > 0 && this.#isWorthALook(round); round++) {
      const isLater = isStatic || (await this.#ledgerAdvances(round));
      this.#seen = 0;
      this.#tell("looking-again", round);
      yield* this.#lookAgain(round);
      await this.#learnFirstChange();
      if (!isLater) {
        this.#stoodStill = true;
        this.unconfirmed = `the chain did not advance within ${LONGEST_WAIT_MS / 1000} s, so the verdicts could not be confirmed by looking again`;
      }
      if (isStatic || !isLater) break;
    }
    this.isComplete = true;
    const unseen = rounds > 0 ? this.#countUnseen() : 0;
    if (unseen > 0) {
      this.unconfirmed = `${unseen} of the streams that differ could not be read again, so their verdicts could not be confirmed`;
    }
  }

  /** The verdicts on the streams that still differ. Ends the confirmation. */
  *conclude(): Generator<Judgement> {
    for (const place of this.#suspects.places()) {
      const suspect = this.#suspects.at(place);
      const { outcome } = suspect.last;
      this.#suspects.settle(place);
      if (outcome === null) continue;
      const { verdict, evidence } = this.#verdict(suspect);
      if (suspect.looks > 1 && verdict.kind === "drift") this.#confirmed += 1;
      yield judged(outcome, verdict, evidence);
    }
  }

  get #reading(): Reading {
    const { same, maxLagLedgers, meaningAt, layout } = this.#options;
    const isShared = layout.stream.storage === "instance";
    return { same, maxLagLedgers, isShared, meaning: meaningAt(this.#watermark) };
  }

  #verdict({ trail, last }: Suspect) {
    const { maxLagLedgers: maxLag, graceLedgers, rounds } = this.#options;
    // Who wants no further look takes the verdict of the first as it is, unconfirmed: as beside a file.
    const grace = rounds === 0 ? 0 : graceLedgers;
    const isStatic = this.#options.isStatic || (rounds === 0 && this.#watermark !== null);
    const evidence = evidenceOf(trail!, last, this.#watermark, this.#firstChange, this.#reading);
    const verdict = verdictOn(evidence, { maxLag, grace, isStatic });
    // Without another ledger the database could not show that it is on its way.
    const isOpen = this.#stoodStill && !verdict.isSettled;
    return { evidence, verdict: isOpen && verdict.kind !== "unproven" ? unproven("young") : verdict };
  }

  #isWorthALook(round: number): boolean {
    if (round <= this.#options.rounds) return this.#suspects.count > 0;
    for (const place of this.#suspects.places()) {
      const suspect = this.#suspects.at(place);
      const { verdict, evidence } = this.#verdict(suspect);
      if (!verdict.isSettled && this.#isWorthWaiting(verdict, evidence, suspect.trail!)) return true;
    }
    return false;
  }

  /**
   * Everything is watched for the grace, and longer what is on trial: a row that was not what the entry was at its cursor,
   * and a database that comes closer gets the time that it was given.
   */
  #isWorthWaiting(verdict: Verdict, { apart }: Evidence, { firstLedger }: Trail): boolean {
    const { graceLedgers: grace, settle_ms, clock, observer } = this.#options;
    // Not by the ledger of its own last look: a stream that cannot be read any more would be waited for without end.
    const watched = observer.newestLedger - firstLedger;
    if (watched < grace + LEDGERS_BEYOND_GRACE) return true;
    if (apart.looks > 0 && watched < LONGEST_TRIAL * grace) return true;
    const isMoving = this.#watermark !== null && this.#watermark > (this.#options.watermark ?? 0);
    const isWaiting = verdict.kind === "unproven" && verdict.doubt === "no_cursor";
    return (isMoving || isWaiting) && clock.now() - this.#startedAt < settle_ms;
  }

  #countUnseen(): number {
    let unseen = 0;
    for (const place of this.#suspects.places()) if (this.#suspects.at(place).looks === 1) unseen += 1;
    return unseen;
  }

  /** What the chain's first change after the watermark was: asked only while a stream pleads that it has not been seen. */
  async #learnFirstChange(): Promise<void> {
    const watermark = this.#watermark;
    this.#firstChange = null;
    if (watermark === null) return;
    let bound: number | null = null;
    for (const place of this.#suspects.places()) {
      for (const { from, state } of this.#suspects.at(place).trail!.entries) {
        if (state !== null && from > watermark && (bound === null || from < bound)) bound = from;
      }
    }
    if (bound === null) return;
    const { maxLagLedgers, observer, firstEvent } = this.#options;
    const isProof = observer.newestLedger - bound > maxLagLedgers;
    const event = isProof ? null : ((await firstEvent?.(watermark + 1)) ?? null);
    const isEvent = event?.ledger != null && event.ledger < bound;
    this.#firstChange = { ledger: isEvent ? event!.ledger! : bound, isEvent, isExact: event?.isExact ?? false };
  }

  #tell(phase: "waiting" | "looking-again", look: number, ledger = this.#options.observer.newestLedger): void {
    const { rounds, isStatic, onProgress } = this.#options;
    const [streams, seen] = [this.#suspects.count, this.#seen];
    onProgress({ phase, look, looks: isStatic ? 1 : rounds, streams, seen, ledger });
  }

  #sawAgain(streams: number, look: number): void {
    this.#seen += streams;
    this.#tell("looking-again", look);
  }

  async #ledgerAdvances(round: number): Promise<boolean> {
    const { chain, clock, observer, read } = this.#options;
    // A look may fail, or be answered by a node that is further back: the next one needs a later ledger all the same.
    const seen = Math.max(this.#newestLook(), this.#waitedFor);
    for (let waited = 0; ; waited += POLL_MS) {
      const { ledger } = await chain.latestLedger(read);
      observer.reached(ledger);
      if (ledger > seen) {
        this.#waitedFor = ledger;
        return true;
      }
      if (waited >= LONGEST_WAIT_MS) return false;
      this.#seen = 0;
      this.#tell("waiting", round, seen + 1);
      await clock.sleep(POLL_MS, read.signal);
    }
  }

  /** The newest ledger at which a stream that is left was looked at. */
  #newestLook(): number {
    let newest = 0;
    for (const place of this.#suspects.places()) newest = Math.max(newest, this.#suspects.at(place).last.ledger);
    return newest;
  }

  async *#lookAgain(look: number): AsyncGenerator<StreamOutcome> {
    const { observer, hadRow } = this.#options;
    const pending = new PendingSuspects(this.#suspects, hadRow);
    let isFirst = true;
    const takeWatermark = (watermark: number | null) => {
      if (isFirst) this.#watermark = watermark;
      isFirst = false;
    };
    await this.#findNamedRows(pending, look, takeWatermark);
    await this.#findRowsByStream(pending, look, takeWatermark);
    // What no row was found for: the row has gone, or there never was one.
    for await (const batch of observer.ids(pending.onChainIds())) {
      for (const seen of batch) {
        const summary = this.#saw(seen, look);
        const take = () => pending.takeStream(seen.onChainId!);
        for (let place = take(); place >= 0; place = take()) this.#update(place, summary);
      }
      this.#sawAgain(batch.length, look);
    }
    for (const place of pending.rest()) {
      const { last, ...suspect } = this.#suspects.at(place);
      this.#suspects.set(place, { ...suspect, last: { ...last, row: null, outcome: null }, looks: suspect.looks + 1 });
    }
    yield* this.#takeSettled();
  }

  async #findNamedRows(
    pending: PendingSuspects,
    look: number,
    take: (watermark: number | null) => void,
  ): Promise<void> {
    const { plan } = this.#options;
    const isSelected = pending.named <= this.#selectAtMost && !pending.hasUnfindable;
    await this.#findRows("streamId", isSelected ? pending.streamIds() : null, pending, look, take, (row) =>
      pending.awaits(rowStreamId(row, plan)),
    );
  }

  /** By its name a row is not found that has another one by now, or none that can be asked for. */
  async #findRowsByStream(
    pending: PendingSuspects,
    look: number,
    take: (watermark: number | null) => void,
  ): Promise<void> {
    const { plan } = this.#options;
    const isSelected = pending.askForRows() <= this.#selectAtMost;
    const values = isSelected ? [...pending.onChainIds()].map(String) : null;
    await this.#findRows("onChainId", values, pending, look, take, (row) => {
      const id = rowOnChainId(row, plan);
      return id !== null && pending.awaitsRowOf(id);
    });
  }

  get #selectAtMost(): number {
    return this.#options.selectAtMost ?? SELECT_AT_MOST;
  }

  /** @param values null: the whole table is read, and of its rows those that are wanted */
  async #findRows(
    by: "streamId" | "onChainId",
    values: readonly string[] | null,
    pending: PendingSuspects,
    look: number,
    takeWatermark: (watermark: number | null) => void,
    isWanted: (row: StreamRow) => boolean,
  ): Promise<void> {
    const { observer, readRows } = this.#options;
    const others = new UnmatchedRows();
    for (const selection of selections(by, values)) {
      const snapshot = await readRows(selection, observer.newestLedger);
      takeWatermark(snapshot.watermark);
      // Of rows that nobody waits for, the streams need not be read again.
      const pages = selection === null ? filtered(snapshot.pages, isWanted) : snapshot.pages;
      for await (const batch of observer.rows({ pages })) {
        for (const seen of batch) {
          const summary = this.#saw(seen, look);
          const place = pending.take(seen);
          if (place >= 0) this.#update(place, summary);
          else if (summary !== null) others.add(summary);
        }
        this.#sawAgain(batch.length, look);
      }
    }
    for (const summary of others) {
      const place = pending.takeChanged(summary);
      if (place >= 0) this.#update(place, summary);
    }
  }

  /** @returns null when the look failed: it says nothing, and the one before it stands */
  #saw(seen: Observation, look: number): ObservationSummary | null {
    this.#options.onLook(seen, look);
    return seen.chain?.kind === "fault" ? null : this.#options.observer.summaryOf(seen);
  }

  #update(place: number, seen: ObservationSummary | null): void {
    if (seen === null) return;
    const { last, trail, looks } = this.#suspects.at(place);
    const next = follow(trail, last, seen, this.#watermark, this.#reading);
    this.#suspects.set(place, { last: seen, trail: next, looks: looks + 1 });
  }

  *#takeSettled(): Generator<StreamOutcome> {
    for (const place of this.#suspects.places()) {
      const { outcome } = this.#suspects.at(place).last;
      if (outcome !== null && needsAnotherLook(outcome)) continue;
      this.#suspects.settle(place);
      this.#dismissed += 1;
      if (outcome !== null) yield outcome;
    }
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
