import type { MovingWorld } from "./moving-world.js";
import type { StreamStruct } from "./streampay-contract.js";
import { streamStruct } from "./streampay-contract.js";

/** One thing that the escrow may do in a ledger; `pick` chooses the stream, `share` in thousandths how much of it. */
export interface Payment {
  readonly kind: "create" | "withdraw" | "cancel" | "settle";
  readonly pick: number;
  readonly share: number;
}

/** Every stream's window, in seconds. */
const START = 1_000n;
const END = 2_000n;

/**
 * An escrow that pays while it is read. It knows what money moves, and nothing of how the program sums it up: each
 * stream's rest goes in when it is created and out when it is paid or given back.
 */
export class MovingEscrow {
  readonly #world: MovingWorld;
  readonly #streams: StreamStruct[] = [];
  #balance: bigint;

  /** @param surplus what the contract holds beyond what it owes; below zero: what is missing */
  constructor(world: MovingWorld, streams: number, surplus: bigint) {
    this.#world = world;
    this.#balance = surplus;
    for (let i = 0; i < streams; i++) this.#create(BigInt(1_000 + 37 * i), 900);
    this.#write(900);
  }

  get size(): number {
    return this.#streams.length;
  }

  /** Closes a ledger with these payments in it. */
  pay(payments: readonly Payment[]): void {
    this.#world.close();
    const { ledger } = this.#world.chain;
    for (const payment of payments) this.#pay(payment, ledger);
    if (payments.length > 0) this.#write(ledger);
  }

  #pay({ kind, pick, share }: Payment, ledger: number): void {
    if (kind === "create") return this.#create(BigInt(1 + 13 * pick + share), ledger);
    const open = this.#streams.filter(({ status }) => status === "Active");
    const stream = open[pick % open.length];
    if (stream === undefined) return;
    const rest = stream.total_amount - stream.released_amount;
    const part = kind === "settle" ? rest : (rest * BigInt(share)) / 1_000n;
    const released_amount = stream.released_amount + part;
    if (kind === "withdraw") {
      if (part === 0n || part === rest) return;
      this.#balance -= part;
      return this.#put({ ...stream, released_amount }, ledger);
    }
    // A settled stream pays the rest to the recipient; a cancelled one gives back to the sender what it does not pay.
    this.#balance -= rest;
    if (kind === "settle")
      return this.#put({ ...stream, released_amount, status: "Settled", last_update: END }, ledger);
    const vestedBy = (time: bigint) => (stream.total_amount * (time - START)) / (END - START);
    const chosen = START + BigInt(share);
    const last_update = vestedBy(chosen) >= stream.released_amount ? chosen : END;
    this.#put({ ...stream, released_amount: vestedBy(last_update), status: "Cancelled", last_update }, ledger);
  }

  #create(total: bigint, ledger: number): void {
    const id = BigInt(this.#streams.length + 1);
    this.#balance += total;
    this.#put(streamStruct({ id, total_amount: total, released_amount: 0n, last_update: START }), ledger);
    this.#world.count(this.#streams.length + 1);
  }

  #put(stream: StreamStruct, ledger: number): void {
    this.#streams[Number(stream.id) - 1] = stream;
    this.#world.stream(stream, ledger);
  }

  #write(ledger: number): void {
    this.#world.balance(this.#balance, ledger);
  }
}
