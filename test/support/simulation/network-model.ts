import { setImmediate as macrotask } from "node:timers/promises";
import type { FaultRule } from "../rpc-faults.js";
import type { TestLedger } from "../test-ledger.js";
import type { ChainSource } from "./chain-source.js";
import { closeTimeOf } from "./ledger-time.js";
import { SeededRandom } from "./seeded-random.js";
import type { WorldPlan } from "./world-plan.js";

type Answer = "good" | "stale" | "unavailable" | "throttled";

/** A call is repeated five times at most: bursts are shorter, and good answers follow each. */
const LONGEST_BURST = 3;
const CALM_REQUESTS = 12;

/** Which node answers a request, how, and how far the chain has got by then. */
export class NetworkModel {
  readonly #plan: WorldPlan["network"];
  readonly #random: SeededRandom;
  readonly #source: ChainSource;
  readonly #ledger: TestLedger;
  readonly #advance: (milliseconds: number) => Promise<number>;
  #burst = { answer: "good" as Answer, left: 0 };
  #calm = 0;
  /** Answers of the node that is behind, on end. */
  #stale = 0;
  #current: Answer = "good";
  #turn: Promise<unknown> = Promise.resolve();

  /** @param advance lets virtual time pass and resolves to the chain's latest ledger */
  constructor(
    plan: WorldPlan,
    source: ChainSource,
    ledger: TestLedger,
    advance: (milliseconds: number) => Promise<number>,
  ) {
    this.#plan = plan.network;
    this.#random = new SeededRandom(plan.seed).fork("network");
    this.#source = source;
    this.#ledger = ledger;
    this.#advance = advance;
  }

  /** For the RPC test server; together they decide each request once. */
  get rules(): FaultRule[] {
    const times = Number.POSITIVE_INFINITY;
    const draws = () => {
      this.#current = this.#draw();
      return this.#current === "unavailable";
    };
    const isThrottled = () => this.#current === "throttled";
    const throttled = { kind: "http", status: 429, headers: { "retry-after": "1" } } as const;
    return [
      { fault: { kind: "http", status: 503 }, times, when: draws },
      { fault: throttled, times, when: isThrottled },
      { fault: { kind: "hold", until: () => this.#inTurn(this.#current === "stale") }, times },
    ];
  }

  #draw(): Answer {
    if (this.#plan.takesTurns && this.#plan.staleLedgers > 0) return this.#drawNode();
    if (this.#burst.left > 0) {
      this.#burst.left -= 1;
      return this.#burst.answer;
    }
    if (this.#calm > 0) {
      this.#calm -= 1;
      return "good";
    }
    if (!this.#random.chance(this.#plan.burstChance)) return "good";
    const kinds: Answer[] =
      this.#plan.staleLedgers > 0 ? ["stale", "stale", "unavailable"] : ["unavailable", "throttled"];
    const answer = this.#random.pick(kinds);
    this.#burst = { answer, left: this.#random.int(0, LONGEST_BURST - 1) };
    this.#calm = CALM_REQUESTS;
    return answer;
  }

  #drawNode(): Answer {
    const isStale = this.#stale < LONGEST_BURST && this.#random.chance(0.4);
    this.#stale = isStale ? this.#stale + 1 : 0;
    return isStale ? "stale" : "good";
  }

  /** One request at a time may look at the world, as the server reads it right after this resolves. */
  #inTurn(isStale: boolean): Promise<void> {
    const mine = this.#turn.then(async () => {
      const { requestMsMost, behindLedgers, staleLedgers } = this.#plan;
      const head = await this.#advance(this.#random.int(0, requestMsMost));
      this.#show(head - behindLedgers - (isStale ? staleLedgers : 0));
    });
    this.#turn = mine.then(() => macrotask());
    return mine;
  }

  #show(ledger: number): void {
    this.#source.viewLedger = ledger;
    this.#ledger.sequence = ledger;
    this.#ledger.closeTime = closeTimeOf(ledger);
    this.#ledger.oldestLedger = Math.max(2, ledger - this.#plan.eventLedgers + 1);
  }
}
