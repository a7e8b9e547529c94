import type { Clock } from "../../ports/clock.js";
import type { StreamRow } from "../../ports/db-client.js";
import type { OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { Observation, ObservationSummary, Observer, RowSnapshot } from "../look/observer.js";
import type { OnProgress } from "../look/run-progress.js";
import { needsAnotherLook, type StreamOutcome } from "../report/stream-outcome.js";
import { type RowPlan, rowOnChainId, rowStreamId } from "../rules/mapping.js";
import { PendingSuspects } from "./pending-suspects.js";
import type { Suspect, Suspects } from "./suspects.js";
import { type LaterObservation, laterObservationOf, UnmatchedRows } from "./unmatched-rows.js";

/** Which rows to read: all of them, or those with one of the values. */
export type RowSelection = { readonly by: "streamId" | "onChainId"; readonly values: readonly string[] } | null;

/** Opens a fresh view of the database. */
export type ReadRows = (selection: RowSelection) => Promise<RowSnapshot>;

export interface ConfirmationOptions {
  readonly observer: Observer;
  readonly readRows: ReadRows;
  readonly plan: RowPlan;
  readonly chain: OnChainClient;
  readonly clock: Clock;
  /** At how many further looks drift must stand still; what moves gets at most twice as many. */
  readonly rounds: number;
  /** The chain never moves: one more look at the database is all there is to do. */
  readonly isStatic: boolean;
  readonly maxLagLedgers: number;
  /** The greatest ledger that any row had seen: S for streams without a row. */
  readonly greatestCursor: () => number | null;
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

/** Values that one query selects by. Each query goes through the whole table, so that there must not be many. */
const VALUES_PER_QUERY = 1_000;
const SELECT_AT_MOST = 5_000;

/**
 * Looks again at streams that differed, so that what was only caught in motion is not reported as drift: a backend
 * that writes its row before its transaction lands, or a row between two events of one ledger.
 */
export class Confirmation {
  readonly #options: ConfirmationOptions;
  readonly #suspects: Suspects;
  readonly #found: number;
  /** Streams that the present look has seen. */
  #seen = 0;
  #dismissed = 0;
  #confirmed = 0;
  /** Why the looks ended before their time; null when they did not. */
  unconfirmed: string | null = null;
  /** Whether the looks came to their end, for better or worse. */
  isComplete = false;

  constructor(suspects: Suspects, options: ConfirmationOptions) {
    this.#options = options;
    this.#suspects = suspects;
    this.#found = suspects.count;
  }

  /** How many streams differed at first, turned out to agree, and were found to have drifted after all. */
  get counts(): { readonly found: number; readonly dismissed: number; readonly confirmed: number } {
    return { found: this.#found, dismissed: this.#dismissed, confirmed: this.#confirmed };
  }

  /**
   * Looks again, each time at a later ledger, and yields what is settled on the way: streams that agree after all.
   * @throws UnavailableError when a side is lost; the first verdicts then stand
   */
  async *dismiss(): AsyncGenerator<StreamOutcome> {
    const { isStatic } = this.#options;
    for (let round = 1; this.#isWorthALook(round); round++) {
      if (!isStatic && !(await this.#ledgerAdvances(round))) {
        this.isComplete = true;
        this.unconfirmed = `the chain did not advance within ${LONGEST_WAIT_MS / 1000} s, so the verdicts could not be confirmed by looking again`;
        return;
      }
      this.#seen = 0;
      this.#tell("looking-again", round);
      yield* this.#lookAgain(round);
      if (isStatic) break;
    }
    this.isComplete = true;
    const unseen = this.#options.rounds > 0 ? this.#countUnseen() : 0;
    if (unseen > 0) {
      this.unconfirmed = `${unseen} of the streams that differ could not be read again, so their verdicts could not be confirmed`;
    }
  }

  /** The verdicts on the streams that still differ. Ends the confirmation. */
  *conclude(): Generator<StreamOutcome> {
    for (const place of this.#suspects.places()) {
      const suspect = this.#suspects.at(place);
      const { outcome } = suspect.last;
      this.#suspects.settle(place);
      if (outcome === null) continue;
      if (this.#isMoving(suspect)) {
        yield asLag(outcome);
        continue;
      }
      if (suspect.looks > 1 && isDrift(outcome)) this.#confirmed += 1;
      yield outcome;
    }
  }

  /** What moved while it was looked at gets as many looks again to come to rest. */
  #isWorthALook(round: number): boolean {
    const { rounds } = this.#options;
    if (round <= rounds) return this.#suspects.count > 0;
    return round <= 2 * rounds && this.#isAnyUnsettled();
  }

  #isAnyUnsettled(): boolean {
    for (const place of this.#suspects.places()) {
      const suspect = this.#suspects.at(place);
      if (suspect.last.outcome?.bucket === "unchecked" || this.#isMoving(suspect)) return true;
    }
    return false;
  }

  #countUnseen(): number {
    let unseen = 0;
    for (const place of this.#suspects.places()) if (this.#suspects.at(place).looks === 1) unseen += 1;
    return unseen;
  }

  /** Drift that did not stand still at every look, and is not too old, may be a backend at work. */
  #isMoving({ last, stillFor, looks }: Suspect): boolean {
    const stillEnough = Math.min(this.#options.rounds, looks - 1);
    if (stillFor >= stillEnough || !isDrift(last.outcome)) return false;
    const { modified, ledger } = last;
    return modified !== null && ledger !== null && ledger - modified <= this.#options.maxLagLedgers;
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
    const seen = this.#newestLook();
    for (let waited = 0; ; waited += POLL_MS) {
      const { ledger } = await chain.latestLedger(read);
      observer.reached(ledger);
      if (ledger > seen) return true;
      if (waited >= LONGEST_WAIT_MS) return false;
      this.#seen = 0;
      this.#tell("waiting", round, seen + 1);
      await clock.sleep(POLL_MS, read.signal);
    }
  }

  /** The newest ledger at which a stream that is left was looked at. */
  #newestLook(): number {
    // A row for which the chain was not asked was seen when the node had come as far as it was known then.
    const known = this.#options.observer.newestLedger;
    let newest = 0;
    for (const place of this.#suspects.places()) {
      newest = Math.max(newest, this.#suspects.at(place).last.ledger ?? known);
    }
    return newest;
  }

  async *#lookAgain(look: number): AsyncGenerator<StreamOutcome> {
    const { observer, greatestCursor, hadRow, onLook } = this.#options;
    const pending = new PendingSuspects(this.#suspects, hadRow);
    await this.#findNamedRows(pending, look);
    await this.#findRowsByStream(pending, look);
    // What no row was found for: the row has gone, or there never was one.
    for await (const batch of observer.ids(pending.onChainIds(), greatestCursor())) {
      for (const seen of batch) {
        onLook(seen, look);
        const take = () => pending.takeStream(seen.onChainId!);
        for (let place = take(); place >= 0; place = take()) this.#update(place, laterObservationOf(seen));
      }
      this.#sawAgain(batch.length, look);
    }
    for (const place of pending.rest()) {
      this.#replace(place, { ...this.#suspects.at(place).last, rowPrint: null, outcome: null });
    }
    yield* this.#takeSettled();
  }

  async #findNamedRows(pending: PendingSuspects, look: number): Promise<void> {
    const { plan } = this.#options;
    const isSelected = pending.named <= this.#selectAtMost;
    await this.#findRows("streamId", isSelected ? pending.streamIds() : null, pending, look, (row) =>
      pending.awaits(rowStreamId(row, plan)),
    );
  }

  /** By its name a row is not found that has another one by now, or none that can be asked for. */
  async #findRowsByStream(pending: PendingSuspects, look: number): Promise<void> {
    const { plan } = this.#options;
    const isSelected = pending.askForRows() <= this.#selectAtMost;
    const values = isSelected ? [...pending.onChainIds()].map(String) : null;
    await this.#findRows("onChainId", values, pending, look, (row) => {
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
    isWanted: (row: StreamRow) => boolean,
  ): Promise<void> {
    const { observer, readRows, onLook } = this.#options;
    const others = new UnmatchedRows();
    for (const selection of selections(by, values)) {
      const snapshot = await readRows(selection);
      // Of rows that nobody waits for, the streams need not be read again.
      const pages = selection === null ? filtered(snapshot.pages, isWanted) : snapshot.pages;
      for await (const batch of observer.rows({ ...snapshot, pages })) {
        for (const seen of batch) {
          onLook(seen, look);
          const place = pending.take(seen);
          if (place >= 0) this.#update(place, laterObservationOf(seen));
          else others.add(seen);
        }
        this.#sawAgain(batch.length, look);
      }
    }
    for (const later of others) {
      const place = pending.takeChanged(later.look);
      if (place >= 0) this.#update(place, later);
    }
  }

  #update(place: number, { look, hasFailed, seen }: LaterObservation): void {
    // A look that failed says nothing; the one before it stands.
    if (hasFailed) return;
    const { last, sameSince } = this.#suspects.at(place);
    const since = last.rowPrint === look.rowPrint ? sameSince : look.synced;
    const caughtUp = seen === null ? look.outcome : this.#caughtUp(seen, since);
    this.#replace(place, { ...look, outcome: caughtUp });
  }

  #replace(place: number, look: ObservationSummary): void {
    const { last, sameSince, stillFor, looks } = this.#suspects.at(place);
    const isSameRow = last.rowPrint === look.rowPrint;
    // A cursor that has only now passed the change may be ahead of the row that it speaks for.
    const stoodStill = isSameRow && last.modified === look.modified && claimsToHaveSeen(last);
    this.#suspects.set(place, {
      last: look,
      sameSince: isSameRow ? sameSince : look.synced,
      stillFor: stoodStill ? stillFor + 1 : 0,
      looks: looks + 1,
    });
  }

  /**
   * A node that stays a few ledgers behind the database can still convict it: when the row was the same at a ledger
   * that the node has reached by now, and the entry has not changed since, they disagreed then.
   */
  #caughtUp(seen: Observation, sameSince: number | null): StreamOutcome | null {
    const isBehind = seen.outcome?.bucket === "unchecked" && sameSince !== null && sameSince <= (seen.ledger ?? -1);
    if (!isBehind) return seen.outcome;
    const outcome = this.#options.observer.rejudge(seen, sameSince);
    return isDrift(outcome) ? outcome : seen.outcome;
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
  pages: RowSnapshot["pages"],
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

function isDrift(outcome: StreamOutcome | null): boolean {
  return outcome?.discrepancies.some(({ classification }) => classification === "drift") ?? false;
}

/** Whether the row cannot plead lag: it has seen the entry's last change, or had its time. */
function claimsToHaveSeen({ outcome, synced, modified }: ObservationSummary): boolean {
  if (isDrift(outcome)) return true;
  return synced !== null && (modified === null || modified <= synced);
}

function asLag(outcome: StreamOutcome): StreamOutcome {
  const { streamId } = outcome;
  const message = "both sides still moved while the stream was looked at again; what differs may be work in progress";
  return {
    ...outcome,
    bucket: "lagging",
    discrepancies: outcome.discrepancies.map((found) => ({ ...found, classification: "lag" })),
    notices: [...outcome.notices, { streamId, code: "still_moving", message }],
  };
}
