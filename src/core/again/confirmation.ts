import type { Clock } from "../../ports/clock.js";
import type { OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { OnProgress } from "../look/run-progress.js";
import { needsAnotherLook, type StreamOutcome } from "../report/stream-outcome.js";
import { type Judgement, judged } from "../verdict/judgement.js";
import { type Evidence, type FirstChange, unproven, type Verdict, verdictOn } from "../verdict/verdict.js";
import { LaterLook, type LaterLookOptions, readingOf } from "./later-look.js";
import type { Suspect, Suspects } from "./suspects.js";
import { evidenceOf, follow, type Trail } from "./trail.js";

/**
 * The ledger of the contract's first event from a ledger on, null: there was none; `isExact`: the node still remembers
 * all events from there on. Null when the node cannot be asked.
 */
export type FirstEvent = (
  from: number,
) => Promise<{ readonly ledger: number | null; readonly isExact: boolean } | null>;

export interface ConfirmationOptions extends LaterLookOptions {
  readonly chain: OnChainClient;
  /** The contract's first event from a ledger on; absent: the chain source tells of no events. */
  readonly firstEvent?: FirstEvent;
  readonly clock: Clock;
  /** How often streams that differ are looked at again, at least. */
  readonly rounds: number;
  /** The chain never moves: one more look at the database is all there is to do. */
  readonly isStatic: boolean;
  readonly graceLedgers: number;
  /** How long a database that is on its way is waited for, in milliseconds. */
  readonly settle_ms: number;
  /** F of the first look. */
  readonly watermark: number | null;
  readonly onProgress: OnProgress;
  readonly read: ReadOptions;
}

/** Ledgers close about every five seconds; a network that stands still this long will not move for us. */
const LONGEST_WAIT_MS = 12_000;
const POLL_MS = 1_000;

/** What is young is watched for the grace, and as many ledgers more: looks do not come at every ledger. */
const LEDGERS_BEYOND_GRACE = 6;
/** In graces: the cursor has to come to the first look's ledger before anything can be held against it. */
const LONGEST_TRIAL = 5;

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
      const trail = follow(null, null, suspect.last, this.#watermark, readingOf(this.#options, this.#watermark));
      suspects.set(place, { ...suspect, trail });
    }
  }

  /** How far the database had come before the looks; null: unknown. */
  get firstWatermark(): number | null {
    return this.#options.watermark;
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
      await this.#lookAgain(round);
      yield* this.#takeSettled();
      await this.#learnFirstChange();
      if (!isLater && this.#suspects.count > 0) {
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

  #verdict({ trail, last }: Suspect) {
    const { maxLagLedgers: maxLag, graceLedgers, rounds } = this.#options;
    // Who wants no further look takes the verdict of the first as it is, unconfirmed: as beside a file.
    const grace = rounds === 0 ? 0 : graceLedgers;
    const isStatic = this.#options.isStatic || (rounds === 0 && this.#watermark !== null);
    const evidence = evidenceOf(
      trail!,
      last,
      this.#watermark,
      this.#firstChange,
      readingOf(this.#options, this.#watermark),
    );
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
    const told = event?.ledger ?? null;
    // A change that no event tells of shows that there may have been others, earlier.
    const isExact = (event?.isExact ?? false) && told !== null && told <= bound;
    this.#firstChange = { ledger: Math.min(told ?? bound, bound), isEvent: told !== null && told < bound, isExact };
  }

  async #lookAgain(number: number): Promise<void> {
    const onSeen = (streams: number) => this.#sawAgain(streams, number);
    const look = new LaterLook(this.#suspects, this.#options, { number, watermark: this.#watermark, onSeen });
    try {
      await look.take();
    } finally {
      this.#watermark = look.watermark;
    }
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
    // A look may fail, or be answered by a node that is further back: the next one still needs a later ledger.
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
