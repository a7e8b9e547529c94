import type { Clock } from "../ports/clock.js";
import type { OnChainClient, ReadOptions } from "../ports/on-chain-client.js";
import { type RowPlan, rowStreamId } from "./mapping.js";
import { type Look, lookOf, type Observation, type Observer, type RowSnapshot } from "./observer.js";
import type { Remark } from "./report.js";
import type { OnProgress } from "./run-progress.js";
import { needsAnotherLook, type StreamOutcome } from "./stream-outcome.js";
import { Waiting } from "./waiting.js";

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
  readonly onLook: (seen: Observation) => void;
  readonly onProgress: OnProgress;
  readonly read: ReadOptions;
}

/** Ledgers close about every five seconds; a network that stands still this long will not move for us. */
const LONGEST_WAIT_MS = 12_000;
const POLL_MS = 1_000;

/** Values that one query selects by; with more suspects than SELECT_AT_MOST the whole table is read instead. */
const VALUES_PER_QUERY = 1_000;
const SELECT_AT_MOST = 5_000;

interface Suspect {
  last: Look;
  /** The first S that was seen with the row as it is now. */
  sameSince: number | null;
  /** For how many looks in a row both sides have stood still, with the row claiming to have seen the entry. */
  stillFor: number;
  looks: number;
}

/**
 * Looks again at streams that differed, so that what was only caught in motion is not reported as drift: a backend
 * that writes its row before its transaction lands, or a row between two events of one ledger.
 */
export class Confirmation {
  readonly #options: ConfirmationOptions;
  readonly #suspects: Suspect[];
  readonly #found: number;
  #dismissed = 0;
  #confirmed = 0;
  /** Why the looks ended before their time; null when they did not. */
  unconfirmed: string | null = null;
  /** Whether the looks came to their end, for better or worse. */
  isComplete = false;

  constructor(looks: readonly Look[], options: ConfirmationOptions) {
    this.#options = options;
    this.#suspects = looks.map((last) => ({ last, sameSince: last.synced, stillFor: 0, looks: 1 }));
    this.#found = looks.length;
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
      this.#tell("looking-again", round, this.#options.observer.newestLedger);
      yield* this.#lookAgain();
      if (isStatic) break;
    }
    this.isComplete = true;
    const unseen = this.#suspects.filter(({ looks }) => looks === 1).length;
    if (this.#options.rounds > 0 && unseen > 0) {
      this.unconfirmed = `${unseen} of the streams that differ could not be read again, so their verdicts could not be confirmed`;
    }
  }

  /** The verdicts on the streams that still differ. Ends the confirmation. */
  *conclude(): Generator<StreamOutcome> {
    for (const suspect of this.#suspects.splice(0)) {
      const { outcome } = suspect.last;
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
    if (round <= rounds) return this.#suspects.length > 0;
    return round <= 2 * rounds && this.#suspects.some((suspect) => this.#isUnsettled(suspect));
  }

  #isUnsettled(suspect: Suspect): boolean {
    return suspect.last.outcome?.bucket === "unchecked" || this.#isMoving(suspect);
  }

  /** Drift that did not stand still at every look, and is not too old, may be a backend at work. */
  #isMoving({ last, stillFor, looks }: Suspect): boolean {
    const stillEnough = Math.min(this.#options.rounds, looks - 1);
    if (stillFor >= stillEnough || !isDrift(last.outcome)) return false;
    const { modified, ledger } = last;
    return modified !== null && ledger !== null && ledger - modified <= this.#options.maxLagLedgers;
  }

  #tell(phase: "waiting" | "looking-again", look: number, ledger: number): void {
    const { rounds, isStatic, onProgress } = this.#options;
    onProgress({ phase, look, looks: isStatic ? 1 : rounds, streams: this.#suspects.length, ledger });
  }

  async #ledgerAdvances(round: number): Promise<boolean> {
    const { chain, clock, observer, read } = this.#options;
    // A row for which the chain was not asked was seen when the node had come as far as it was known then.
    const known = observer.newestLedger;
    const seen = this.#suspects.reduce((greatest, { last }) => Math.max(greatest, last.ledger ?? known), 0);
    for (let waited = 0; ; waited += POLL_MS) {
      const { ledger } = await chain.latestLedger(read);
      observer.reached(ledger);
      if (ledger > seen) return true;
      if (waited >= LONGEST_WAIT_MS) return false;
      this.#tell("waiting", round, seen + 1);
      await clock.sleep(POLL_MS, read.signal);
    }
  }

  async *#lookAgain(): AsyncGenerator<StreamOutcome> {
    const { observer, greatestCursor, hadRow } = this.#options;
    const waiting = new Waiting(this.#suspects, hadRow);
    await this.#findRows("streamId", waiting.streamIds(), waiting);
    // By its name a row is not found that has another one by now, or none that can be asked for.
    await this.#findRows("onChainId", waiting.onChainIds().map(String), waiting);
    // What no row was found for: the row has gone, or there never was one.
    const byId = new Map<bigint, Observation>();
    for await (const batch of observer.ids(waiting.onChainIds(), greatestCursor())) {
      for (const seen of batch) {
        this.#options.onLook(seen);
        byId.set(seen.onChainId!, seen);
      }
    }
    for (const suspect of waiting.rest()) {
      const seen = suspect.last.onChainId === null ? undefined : byId.get(suspect.last.onChainId);
      if (seen === undefined) this.#replace(suspect, { ...suspect.last, rowPrint: null, outcome: null });
      else this.#update(suspect, seen);
    }
    yield* this.#takeSettled();
  }

  async #findRows(by: "streamId" | "onChainId", values: readonly string[], waiting: Waiting<Suspect>): Promise<void> {
    const { observer, readRows, onLook } = this.#options;
    const others: Observation[] = [];
    for (const selection of selections(by, values)) {
      const snapshot = await readRows(selection);
      const pages = selection === null ? this.#onlyWaiting(snapshot.pages, waiting) : snapshot.pages;
      for await (const batch of observer.rows({ ...snapshot, pages })) {
        for (const seen of batch) {
          onLook(seen);
          const suspect = waiting.take(seen);
          if (suspect === undefined) others.push(seen);
          else this.#update(suspect, seen);
        }
      }
    }
    for (const seen of others) {
      const suspect = waiting.takeChanged(seen);
      if (suspect !== undefined) this.#update(suspect, seen);
    }
  }

  /** The table's rows without those that nobody waits for: their streams need not be read again. */
  async *#onlyWaiting(pages: RowSnapshot["pages"], waiting: Waiting<Suspect>): AsyncGenerator<Awaited<PageOf>> {
    for await (const page of pages) {
      yield page.filter((row) => waiting.awaits(rowStreamId(row, this.#options.plan)));
    }
  }

  #update(suspect: Suspect, seen: Observation): void {
    // A look that failed says nothing; the one before it stands.
    if (seen.chain?.kind === "fault") return;
    const look = lookOf(seen);
    const sameSince = suspect.last.rowPrint === look.rowPrint ? suspect.sameSince : seen.synced;
    this.#replace(suspect, { ...look, outcome: this.#caughtUp(seen, sameSince) });
  }

  #replace(suspect: Suspect, look: Look): void {
    const { last } = suspect;
    const isSameRow = last.rowPrint === look.rowPrint;
    if (!isSameRow) suspect.sameSince = look.synced;
    // A cursor that has only now passed the change may be ahead of the row that it speaks for.
    const stoodStill = isSameRow && last.modified === look.modified && claimsToHaveSeen(last);
    suspect.stillFor = stoodStill ? suspect.stillFor + 1 : 0;
    suspect.looks += 1;
    suspect.last = look;
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
    for (const suspect of this.#suspects.splice(0)) {
      const { outcome } = suspect.last;
      if (outcome !== null && needsAnotherLook(outcome)) {
        this.#suspects.push(suspect);
        continue;
      }
      this.#dismissed += 1;
      if (outcome !== null) yield outcome;
    }
  }
}

type PageOf = RowSnapshot["pages"] extends AsyncIterable<infer Page> ? Page : never;

function* selections(by: "streamId" | "onChainId", values: readonly string[]): Generator<RowSelection> {
  if (by === "streamId" && values.length > SELECT_AT_MOST) {
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
function claimsToHaveSeen({ outcome, synced, modified }: Look): boolean {
  if (isDrift(outcome)) return true;
  return synced !== null && (modified === null || modified <= synced);
}

function asLag(outcome: StreamOutcome): StreamOutcome {
  const { streamId } = outcome;
  const message = "both sides still moved while the stream was looked at again; what differs may be work in progress";
  const notice: Remark = { streamId, code: "still_moving", message };
  return {
    ...outcome,
    bucket: "lagging",
    discrepancies: outcome.discrepancies.map((found) => ({ ...found, classification: "lag" })),
    notices: [...outcome.notices, notice],
  };
}
