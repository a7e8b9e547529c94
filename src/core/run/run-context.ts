import type { Clock } from "../../ports/clock.js";
import type { ColumnValue } from "../../ports/db-client.js";
import type { OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import type { Confirmation, FirstEvent } from "../again/confirmation.js";
import type { LaterRows, RowSelection } from "../again/later-look.js";
import { Suspects } from "../again/suspects.js";
import type { Layout } from "../contract/layout.js";
import type { Observation } from "../look/observation.js";
import { Observer, type RowSnapshot } from "../look/observer.js";
import { onAbort } from "../look/on-abort.js";
import type { OnProgress } from "../look/run-progress.js";
import type { Findings } from "../report/findings.js";
import type { Violation } from "../report/report.js";
import { needsAnotherLook } from "../report/stream-outcome.js";
import type { Policy } from "../rules/judge.js";
import { ledgerIn, MOST_LEDGERS_AHEAD, type RowPlan } from "../rules/mapping.js";
import { readInteger } from "../values/column-value.js";
import { UnreadableValue } from "../values/field.js";
import { Books } from "./books.js";

/** Opens a fresh view of the database. @param upTo also ask for the greatest cursor of any row up to this ledger */
export type ReadRows = (selection: RowSelection, upTo?: number) => Promise<RowSnapshot>;

/** What one run is asked to do, and with what. */
export interface Reconciliation {
  readonly readRows: ReadRows;
  readonly chain: OnChainClient;
  readonly clock: Clock;
  readonly contractId: string;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly policy: Policy;
  /** Requests to the chain that may be under way at a time. */
  readonly concurrency: number;
  /** How often streams that differ are looked at again, at least. */
  readonly confirm: number;
  /** How long a database that is on its way is waited for, in milliseconds. */
  readonly settle_ms: number;
  /** What row cursors mean; null: the rows that agree tell. */
  readonly cursorMeans: "event" | "check" | null;
  /** Where the one cursor of all rows is kept, for messages; absent: each row has its own. */
  readonly cursorName?: string;
  readonly firstEvent?: FirstEvent;
  /** The chain's ledger before the first read: L for rows that need no read. */
  readonly latestLedger: number;
  /** The chain source never changes. */
  readonly isStatic: boolean;
  /** The only stream ids that were asked for; null: all. */
  readonly only: readonly string[] | null;
  /** Leave out streams that the database does not know of. */
  readonly dbOnly: boolean;
  /**
   * Also check what a run of all streams would see of the streams in `only`: other rows that name them, and what the
   * contract's counter says of them. Default: false.
   */
  readonly isThorough?: boolean;
  readonly signal?: AbortSignal;
  /** For ids that were asked for and not found: what may have been meant, as the end of a sentence. */
  readonly similarIds?: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** With more streams that differ than this, all rows are read again instead of theirs. For tests. */
  readonly selectAtMost?: number;
  /** Called after each batch, and before each further look. */
  readonly onProgress?: OnProgress;
  /**
   * Called with what each look saw of a stream, later looks included; on runs of all streams only where there is
   * something to say. `look` counts from 0.
   */
  readonly onObservation?: (seen: Observation, look: number) => void;
}

/** One run at work: what it was asked, how it looks, and what it has booked and found so far. */
export class RunContext {
  readonly run: Reconciliation;
  readonly findings: Findings;
  readonly books: Books;
  readonly observer: Observer;
  readonly suspects = new Suspects();
  /** The further looks at the suspects; null until the first look is over. */
  confirmation: Confirmation | null = null;
  /** Whether the run is about all streams of the contract. */
  readonly isFull: boolean;
  /** Streams that were asked for and not seen yet. */
  readonly awaited: Set<string>;
  readonly read: ReadOptions;
  #toldOfCursor = false;
  #hasGlobalCursor = false;

  constructor(run: Reconciliation, findings: Findings) {
    const policy = { ...run.policy, ignore: run.policy.ignore.on(run.clock.now()) };
    this.run = { ...run, policy, chain: noting(run.chain, (ledger) => findings.sawLedger(ledger)) };
    this.findings = findings;
    this.books = new Books(run.layout, findings, () => this.observer.newestLedger);
    this.read = run.signal === undefined ? {} : { signal: run.signal };
    this.observer = new Observer({ ...this.run, read: this.read, needsTime: run.isThorough === true });
    this.isFull = run.only === null;
    this.awaited = new Set(run.only);
  }

  /** Opens the rows of the first look, and takes the cursor of all rows where there is one. */
  async openRows(selection: RowSelection): Promise<RowSnapshot> {
    const snapshot = await this.run.readRows(selection, this.isFull ? undefined : this.observer.newestLedger);
    if (snapshot.greatest !== undefined) this.books.takeCursor(ledgerIn(snapshot.greatest));
    if (snapshot.globalCursor !== undefined) this.#takeGlobalCursor(snapshot.globalCursor);
    else if (this.run.plan.cursorIndex === null) this.#noCursor();
    return snapshot;
  }

  /** Opens rows to be looked at again, with what the database has come to by then. */
  async openLaterRows(selection: RowSelection, upTo: number): Promise<LaterRows> {
    const { globalCursor, greatest, pages } = await this.run.readRows(selection, upTo);
    const told = globalCursor ?? greatest;
    return { watermark: told === undefined ? this.books.watermark : plausible(ledgerIn(told), upTo), pages };
  }

  /** Whether one cursor speaks for all rows. */
  get hasGlobalCursor(): boolean {
    return this.#hasGlobalCursor;
  }

  /** Takes what the first look saw of a stream: it is reported now, or looked at again. */
  judge(seen: Observation): void {
    this.run.onObservation?.(seen, 0);
    if (seen.outcome === null) return;
    if (needsAnotherLook(seen.outcome)) this.suspects.add(this.observer.summaryOf(seen));
    else this.findings.add(seen.outcome);
  }

  /** A violation that no single stream shows by itself. */
  addViolation(found: Violation): void {
    const ignored = this.run.policy.ignore.notice(found);
    if (ignored === null) this.findings.addViolation(found);
    else this.findings.addRemark(ignored);
  }

  tellProgress(): void {
    const seen = this.findings.seen + this.suspects.count;
    const total = this.run.only?.length ?? this.books.completeness.expected;
    this.run.onProgress?.({ phase: "comparing", seen, total });
  }

  /** Findings that are not read pile up in memory: the run waits for their reader, unless it is stopping. */
  async room(): Promise<void> {
    const { signal } = this.run;
    const backlog = this.findings.backlog();
    if (backlog === null || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const forget = signal === undefined ? () => {} : onAbort(signal, resolve);
      void backlog.then(() => {
        forget();
        resolve();
      });
    });
  }

  #noCursor(): void {
    if (this.#toldOfCursor) return;
    this.#toldOfCursor = true;
    const message =
      "no cursor is configured (database.cursor), so nothing shows how far the database has come: what differs and changed lately can be called neither late nor wrong";
    this.findings.addNotice("no_cursor", message);
  }

  /** Said once, however often the database is opened. */
  #takeGlobalCursor(raw: ColumnValue): void {
    if (this.#hasGlobalCursor) return;
    this.#hasGlobalCursor = true;
    const { findings, books, observer } = this;
    const name = this.cursorName;
    try {
      const cursor = readInteger(raw);
      books.watermark = plausible(ledgerIn(cursor), observer.newestLedger);
      if (cursor === null) {
        findings.addError("cursor_missing", `${name} has no value, so how far the database has come is unknown`);
      } else if (books.watermark === null) {
        const message = `${name} holds ${cursor}, and the chain has only reached ledger ${observer.newestLedger}: it is no ledger, or another network's, and was taken for none`;
        findings.addError("cursor_implausible", message);
      }
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      findings.addError("cursor_unreadable", `${name} cannot be read: ${error.message}`);
    }
  }

  /** What tells how far the database has come, for messages. */
  get cursorName(): string {
    const { cursorName, plan } = this.run;
    return cursorName ?? (plan.cursorIndex === null ? "the cursor" : plan.columns[plan.cursorIndex]!);
  }
}

const plausible = (ledger: number | null, newest: number): number | null =>
  ledger !== null && ledger > newest + MOST_LEDGERS_AHEAD ? null : ledger;

/** The same client, which tells at which ledgers it read: the report's first and last are true of every read. */
function noting(chain: OnChainClient, note: (ledger: number) => void): OnChainClient {
  return {
    maxKeysPerRead: chain.maxKeysPerRead,
    describe: (options) => chain.describe(options),
    latestLedger: (options) => chain.latestLedger(options),
    close: () => chain.close(),
    async readEntries(keys, options) {
      const batch = await chain.readEntries(keys, options);
      note(batch.ledger);
      return batch;
    },
  };
}
