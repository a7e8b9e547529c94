import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { Observation } from "../look/observer.js";
import type { Findings } from "../report/findings.js";
import type { Agreement } from "../rules/agreement.js";
import { Liabilities } from "../rules/liabilities.js";
import type { StreamFacts } from "../rules/stream-facts.js";
import { Completeness } from "./completeness.js";

/**
 * What a run counts of the rows and streams that it sees. The fast path's agreements and everything else are booked by
 * the same two methods, so that a new counter is written once.
 */
export class Books {
  /** Which ids were seen on which side; ids are not counted until the contract's counter is known. */
  completeness = new Completeness(null);
  readonly liabilities: Liabilities;
  /** The greatest cursor of any row, which stands in for a missing row's; the cursor of all rows where there is one. */
  greatestCursor: number | null = null;
  /** Whether the chain source tells times to live. */
  tellsLifetimes = false;
  readonly #findings: Findings;

  constructor(layout: Layout, findings: Findings) {
    this.liabilities = new Liabilities(layout);
    this.#findings = findings;
  }

  /** Whether a stream in agreement is all there is to book: a second row, or a stream beyond the counter, is a finding. */
  mayTake(onChainId: bigint): boolean {
    return this.completeness.isCounted(onChainId) && !this.completeness.hasRow(onChainId);
  }

  /** A row and its stream, about which there is nothing to say. */
  takeAgreement({ onChainId, synced, liveUntil, facts }: Agreement): void {
    this.#bookRow(onChainId, synced);
    this.#bookStream(onChainId, facts, liveUntil);
    this.#findings.addInSync();
  }

  /** @returns whether it is the first row for its stream */
  takeRow({ onChainId, synced }: Observation): boolean {
    return this.#bookRow(onChainId, synced);
  }

  /** A stream that was not booked before, with or without a row. */
  takeStream(seen: Observation): void {
    const { chain, onChainId } = seen;
    if (chain?.kind === "stream") this.#bookStream(onChainId, chain.stream, chain.liveUntil);
    else if (chain?.kind !== "missing") this.liabilities.isComplete = false;
    this.completeness.note(seen);
  }

  takeCursor(synced: number | null): void {
    if (synced !== null) this.greatestCursor = Math.max(this.greatestCursor ?? 0, synced);
  }

  #bookRow(onChainId: bigint | null, synced: number | null): boolean {
    this.#findings.rows += 1;
    this.takeCursor(synced);
    return onChainId === null || this.completeness.addId(onChainId);
  }

  #bookStream(onChainId: bigint | null, stream: StreamFacts | ChainStream, liveUntil: number | null): void {
    // What lies beyond the counter is a finding of its own, or new: then its money is new, too.
    if (this.completeness.isCounted(onChainId)) this.liabilities.add(stream);
    this.tellsLifetimes ||= liveUntil !== null;
  }
}
