import { RpcFault } from "./http/rpc-fault.js";

/** A ledger closes about every five seconds: a node that is one behind needs longer than the usual backoff. */
const CATCH_UP_WAIT_MS = 1_000;

/**
 * Nodes behind a load balancer answer at different ledgers (docs/contract-facts.md#ledger-entries). An answer older
 * than what had been seen when its request was sent could hide a change that was compared already: it is not believed.
 */
export class LedgerFloor {
  #greatest = 0;

  /** What the next request must reach; to be taken when it is sent. Later arrivals must not make it stale. */
  get floor(): number {
    return this.#greatest;
  }

  /** @throws RpcFault, transient, when the ledger lies below the floor. */
  accept(ledger: number, floor: number): void {
    if (ledger < floor) {
      throw new RpcFault("rpc_ledger_went_back", `it answered at ledger ${ledger}, after ${floor} had been seen`, {
        transient: true,
        baseWaitMs: CATCH_UP_WAIT_MS,
        hints: ["Nodes behind this URL disagree about the latest ledger: use a single node, or run again later"],
      });
    }
    if (ledger > this.#greatest) this.#greatest = ledger;
  }
}
