import type { Clock } from "../../ports/clock.js";
import type { LedgerHead, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";

/** Clocks of computers differ; a ledger is never this far ahead of ours. */
const CLOCK_TOLERANCE_SECONDS = 300n;

/**
 * Times for the invariants that need one. A node seldom tells a ledger's own close time
 * (docs/contract-facts.md#close-times), so the time of a ledger that is not older is used: what had vested by then is
 * an upper bound, which may be lenient but never false.
 */
export class LedgerTimes {
  readonly #chain: OnChainClient;
  readonly #clock: Clock;
  /** One question serves all that wait for it. */
  #asking: Promise<LedgerHead> | null = null;
  #head: LedgerHead | null = null;

  constructor(chain: OnChainClient, clock: Clock) {
    this.#chain = chain;
    this.#clock = clock;
  }

  /** The newest ledger whose time was asked for; null: none was. */
  get head(): LedgerHead | null {
    return this.#head;
  }

  /**
   * @returns a time, in seconds, at which the ledger had closed
   * @throws UnavailableError when the chain cannot be asked
   */
  async notBefore(ledger: number, options: ReadOptions): Promise<bigint> {
    // A question that was under way already may be answered at an earlier ledger.
    for (let asked = 0; asked < 2 && (this.#head?.ledger ?? -1) < ledger; asked++) {
      this.#head = await this.#ask(options);
    }
    const closeTime = this.#head?.closeTime ?? null;
    return closeTime ?? BigInt(Math.ceil(this.#clock.now() / 1000)) + CLOCK_TOLERANCE_SECONDS;
  }

  #ask(options: ReadOptions): Promise<LedgerHead> {
    this.#asking ??= this.#chain.latestLedger(options).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }
}
