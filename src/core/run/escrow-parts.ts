import type { TokenBalance } from "../contract/token-balance.js";
import { Liabilities } from "../rules/liabilities.js";
import {
  type Answer,
  type AnswerWithBalances,
  type EscrowOptions,
  EscrowRequests,
  type Ids,
} from "./escrow-requests.js";

/** What an escrow holds and owes, by token. */
export interface EscrowReading {
  readonly owed: ReadonlyMap<string, bigint>;
  readonly balances: ReadonlyMap<string, TokenBalance>;
  /**
   * What the two are worth together. `one-ledger`: all of it was so at one ledger. `at-least`: when the balances were
   * read, this much was owed, or more. `mixed`: it moved while it was read, and nothing follows from it.
   */
  readonly proof: "one-ledger" | "at-least" | "mixed";
  /** Whether every stream could be read; otherwise more may be owed. */
  readonly isComplete: boolean;
}

interface Part extends Ids {
  answer: Answer | null;
}

/** Ids beyond the counter that are read with it: streams may have been created since it was known. */
const ROOM_FOR_NEW_STREAMS = 10n;

/**
 * An escrow cut into parts, each of which one request reads; the tail, with the greatest ids, comes with the counter and
 * the balances. An entry that was read at one ledger, and last changed at an earlier one, was the same in between. So
 * all of it was as it was read at the ledger of the newest change, once no part was answered before that.
 */
export class EscrowParts {
  readonly #options: EscrowOptions;
  readonly #requests: EscrowRequests;
  readonly #parts: Part[] = [];
  #tail: AnswerWithBalances | null = null;
  #tailIds: Ids;

  constructor(tokens: readonly string[], options: EscrowOptions) {
    this.#options = options;
    this.#requests = new EscrowRequests(tokens, options);
    const firstId = BigInt(options.layout.nextId?.firstId ?? 0);
    this.#tailIds = this.#cut(firstId, options.counter.nextId);
  }

  /** Reads the parts that were not read yet, or were answered before the newest change. The balances come first. */
  async readWhatIsOld(): Promise<void> {
    if (this.#tail !== null && this.#tail.nextId > this.#tailIds.to) {
      this.#tailIds = this.#cut(this.#tailIds.from, this.#tail.nextId);
      this.#tail = null;
    }
    const isBehind = this.#tail !== null && this.#tail.nextId < this.#tailIds.from;
    if (this.#tail === null || isBehind || this.#tail.ledger < this.#newestChange) {
      this.#tail = await this.#requests.readWithBalances(this.#tailIds);
    }
    const newest = this.#newestChange;
    const old = this.#parts.filter(({ answer }) => answer === null || answer.ledger < newest);
    for await (const { part, answer } of this.#requests.readParts(old, this.#tail.ledger)) part.answer = answer;
  }

  /** What follows from what was read; not to be asked before it was. */
  get reading(): EscrowReading {
    const { balances, nextId, ledger: balancesAt } = this.#tail!;
    const answers = this.#answers;
    const newest = this.#newestChange;
    const sum = new Liabilities(this.#options.layout);
    const sawAllIds = this.#tailIds.from <= nextId && nextId <= this.#tailIds.to;
    if (sawAllIds && answers.every(({ ledger }) => ledger >= newest)) {
      for (const { liabilities } of answers) sum.addAll(liabilities);
      return { owed: sum.owed, balances, proof: "one-ledger", isComplete: sum.isComplete };
    }
    for (const answer of answers) if (answer.balancesAt === balancesAt) sum.addAll(answer.settled);
    return { owed: sum.owed, balances, proof: "at-least", isComplete: sum.isComplete };
  }

  /** Gives ids that the counter has passed to parts of their own, until the rest fits into the tail. @returns its ids */
  #cut(from: bigint, nextId: bigint): Ids {
    const { room, greatestId } = this.#requests;
    const most = BigInt(this.#options.chain.maxKeysPerRead);
    const more = room === null ? ROOM_FOR_NEW_STREAMS : least(ROOM_FOR_NEW_STREAMS, room / 2n);
    let rest = from;
    while (room !== null && nextId + more - rest > room) {
      const to = least(rest + most, nextId);
      this.#parts.push({ from: rest, to, answer: null });
      rest = to;
    }
    return { from: rest, to: least(nextId + more, greatestId + 1n) };
  }

  get #answers(): readonly Answer[] {
    return [this.#tail, ...this.#parts.map(({ answer }) => answer)].filter((answer) => answer !== null);
  }

  get #newestChange(): number {
    const { notBefore } = this.#options;
    return this.#answers.reduce((newest, { liabilities }) => Math.max(newest, liabilities.newest), notBefore);
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
