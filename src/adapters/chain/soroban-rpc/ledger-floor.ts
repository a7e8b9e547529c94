import { RpcFault } from "./http/rpc-fault.js";

/** Ledgers close about every five seconds: a node that is one behind needs longer than the usual backoff. */
const CATCH_UP_WAIT_MS = 1_000;

/**
 * Nodes behind a load balancer answer at different ledgers (docs/contract-facts.md#ledger-entries). Answers older than
 * the newest ledger seen before the request could hide a change that was already compared, so they are rejected.
 */
export class LedgerFloor {
  #greatest = 0;

  /** The ledger that the next answer must reach. Read it when sending: later answers must not raise it for this one. */
  get floor(): number {
    return this.#greatest;
  }

  /** @throws RpcFault (transient) if the ledger is below the floor. */
  accept(ledger: number, floor: number): void {
    if (ledger < floor) {
      throw new RpcFault("rpc_ledger_went_back", `it answered at ledger ${ledger}, after ${floor} had been seen`, {
        transient: true,
        baseWaitMs: CATCH_UP_WAIT_MS,
        hints: ["The nodes behind this URL are not at the same ledger: use a single node, or run again later"],
      });
    }
    if (ledger > this.#greatest) this.#greatest = ledger;
  }
}
