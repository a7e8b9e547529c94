import type { StreamStruct } from "../streampay-contract.js";
import type { ChainEvent, EventKind } from "./chain-event.js";
import { History } from "./history.js";
import { vestedAmount } from "./vested-amount.js";

export interface NewStream {
  readonly sender: string;
  readonly recipient: string;
  readonly token: string;
  readonly total: bigint;
  readonly feeBps: number;
}

/**
 * StreamPay's escrow (docs/contract-facts.md#streampays-escrow), with every check of the contract that a caller could
 * fail: an operation returns false where the contract refuses. Keeps what every entry was at every ledger, for nodes
 * that are behind.
 */
export class ContractModel {
  readonly entries = new Map<bigint, History<StreamStruct | null>>();
  readonly nextIds = new History<bigint>();
  /** By token: what the token's contract says that the escrow has. */
  readonly balances = new Map<string, History<bigint>>();
  readonly events: ChainEvent[] = [];
  ledger = 0;
  /** Close time of `ledger`, seconds since the epoch. */
  now = 0n;

  beginLedger(ledger: number, now: bigint): void {
    this.ledger = ledger;
    this.now = now;
  }

  get nextId(): bigint {
    return this.nextIds.last ?? 1n;
  }

  stream(id: bigint): StreamStruct | null {
    return this.entries.get(id)?.last ?? null;
  }

  balance(token: string): bigint {
    return this.balances.get(token)?.last ?? 0n;
  }

  /** @param start seconds; not before now, as the contract demands */
  create(terms: NewStream, start: bigint, end: bigint): bigint | false {
    if (start < this.now || end <= start) return false;
    return this.#insert(terms, { status: "Active", start, end, duration: end - start, lastUpdate: start });
  }

  createDraft(terms: NewStream, duration: bigint): bigint | false {
    if (duration <= 0n) return false;
    return this.#insert(terms, { status: "Draft", start: 0n, end: 0n, duration, lastUpdate: 0n });
  }

  start(id: bigint): boolean {
    const stream = this.stream(id);
    if (stream?.status !== "Draft") return false;
    const end_time = this.now + stream.duration;
    return this.#update({ ...stream, status: "Active", start_time: this.now, end_time }, "started");
  }

  withdraw(id: bigint, amount: bigint): boolean {
    const stream = this.stream(id);
    if (stream === null || !isRunning(stream) || amount <= 0n) return false;
    if (amount > vestedAmount(stream, this.now) - stream.released_amount) return false;
    if (!this.#pay(stream.token, amount)) return false;
    const released_amount = stream.released_amount + amount;
    if (released_amount < stream.total_amount) return this.#update({ ...stream, released_amount }, "withdrawn", amount);
    const settled = { ...stream, released_amount, status: "Settled" };
    return this.#update(settled, "withdrawn", amount) && this.#emit("settled", 0n, this.stream(id)!);
  }

  pause(id: bigint): boolean {
    const stream = this.stream(id);
    if (stream?.status !== "Active") return false;
    return this.#update({ ...stream, status: "Paused", paused_at: this.now }, "paused");
  }

  resume(id: bigint): boolean {
    const stream = this.stream(id);
    if (stream?.status !== "Paused") return false;
    const paused = this.now - stream.paused_at;
    const total_paused_duration = stream.total_paused_duration + paused;
    const end_time = stream.end_time + paused;
    return this.#update({ ...stream, status: "Active", paused_at: 0n, total_paused_duration, end_time }, "resumed");
  }

  settle(id: bigint): boolean {
    const stream = this.stream(id);
    if (stream === null || !isRunning(stream) || this.now < stream.end_time) return false;
    const payout = stream.total_amount - stream.released_amount;
    if (!this.#pay(stream.token, payout)) return false;
    return this.#update({ ...stream, status: "Settled", released_amount: stream.total_amount }, "settled", payout);
  }

  /** Refunds total - vested even where more than the vested amount was released: the known hole. */
  cancel(id: bigint): boolean {
    const stream = this.stream(id);
    if (stream === null || !(isRunning(stream) || stream.status === "Draft")) return false;
    const vested = vestedAmount(stream, this.now);
    const payout = vested > stream.released_amount ? vested - stream.released_amount : 0n;
    if (!this.#pay(stream.token, payout + stream.total_amount - vested)) return false;
    const released_amount = stream.released_amount + payout;
    return this.#update({ ...stream, status: "Cancelled", released_amount }, "cancelled", payout);
  }

  /** Moves the end and, with it, the rate; what was released is not looked at: the other half of the known hole. */
  amend(id: bigint, end_time: bigint): boolean {
    const stream = this.stream(id);
    if (stream === null || !isRunning(stream)) return false;
    if (end_time <= this.now || end_time <= stream.start_time) return false;
    return this.#update({ ...stream, end_time, duration: end_time - stream.start_time }, "amended");
  }

  /** Writes, or with null removes, an entry behind the contract's back. */
  overwrite(id: bigint, stream: StreamStruct | null): void {
    this.#history(id).set(this.ledger, stream);
  }

  /** Lets the indexer see an entry that was overwritten. */
  announce(id: bigint): void {
    const stream = this.stream(id);
    if (stream !== null) this.#emit("overwritten", 0n, stream);
  }

  setBalance(token: string, amount: bigint): void {
    const history = this.balances.get(token) ?? new History<bigint>();
    this.balances.set(token, history);
    history.set(this.ledger, amount);
  }

  #insert(
    { sender, recipient, token, total, feeBps }: NewStream,
    window: { status: string; start: bigint; end: bigint; duration: bigint; lastUpdate: bigint },
  ): bigint | false {
    if (total <= 0n || sender === recipient || feeBps > 10_000) return false;
    const id = this.nextId;
    this.nextIds.set(this.ledger, id + 1n);
    this.setBalance(token, this.balance(token) + total);
    const stream: StreamStruct = {
      id,
      sender,
      recipient,
      token,
      total_amount: total,
      released_amount: 0n,
      start_time: window.start,
      end_time: window.end,
      duration: window.duration,
      last_update: window.lastUpdate,
      status: window.status,
      paused_at: 0n,
      total_paused_duration: 0n,
      fee_bps: feeBps,
    };
    this.#history(id).set(this.ledger, stream);
    this.#emit("created", 0n, stream);
    return id;
  }

  #update(stream: StreamStruct, kind: EventKind, amount = 0n): true {
    const touched = { ...stream, last_update: this.now };
    this.#history(stream.id).set(this.ledger, touched);
    return this.#emit(kind, amount, touched);
  }

  #emit(kind: EventKind, amount: bigint, after: StreamStruct): true {
    this.events.push({ ledger: this.ledger, streamId: after.id, kind, amount, after });
    return true;
  }

  #pay(token: string, amount: bigint): boolean {
    if (amount > this.balance(token)) return false;
    if (amount > 0n) this.setBalance(token, this.balance(token) - amount);
    return true;
  }

  #history(id: bigint): History<StreamStruct | null> {
    const history = this.entries.get(id) ?? new History<StreamStruct | null>();
    this.entries.set(id, history);
    return history;
  }
}

function isRunning(stream: StreamStruct): boolean {
  return stream.status === "Active" || stream.status === "Paused";
}
