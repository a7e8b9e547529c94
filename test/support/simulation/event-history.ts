import { xdr } from "@stellar/stellar-base";
import type { AppliedTransaction, TestLedger } from "../test-ledger.js";
import { closeTimeOf } from "./ledger-time.js";
import { ESCROW, type World } from "./world.js";

/** What a node tells of the contract's events: that there was one, and when. */
export class EventHistory {
  readonly #world: World;
  readonly #ledger: TestLedger;
  #events = 0;
  #others = 0;

  constructor(world: World, ledger: TestLedger) {
    this.#world = world;
    this.#ledger = ledger;
  }

  update(): void {
    const { contract, otherEvents } = this.#world;
    const ledgers = new Set([
      ...contract.events.slice(this.#events).flatMap(({ kind, ledger }) => (kind === "overwritten" ? [] : ledger)),
      ...otherEvents.slice(this.#others),
    ]);
    this.#events = contract.events.length;
    this.#others = otherEvents.length;
    this.#ledger.history.push(...[...ledgers].sort((a, b) => a - b).map(transactionOf));
  }
}

function transactionOf(ledger: number): AppliedTransaction {
  const events = [{ contract: ESCROW, topics: [xdr.ScVal.scvSymbol("changed")], value: xdr.ScVal.scvVoid() }];
  const hash = ledger.toString(16).padStart(64, "0");
  return { ledger, closedAt: closeTimeOf(ledger), hash, succeeded: true, events, ...NEVER_ASKED_FOR };
}

const NEVER_ASKED_FOR = {} as Pick<AppliedTransaction, "envelope" | "meta">;
