import type { StreamStruct } from "../streampay-contract.js";
import type { ContractModel, NewStream } from "./contract-model.js";
import type { IndexerModel } from "./indexer-model.js";
import { rowIdOf, rowOfStream } from "./row-of-stream.js";
import type { SeededRandom } from "./seeded-random.js";
import type { StreamRow, TableModel } from "./table-model.js";
import { vestedAmount } from "./vested-amount.js";

/** A backend that writes its row first, and whose transaction lands a ledger or two later. */
export class WritesAhead {
  readonly #contract: ContractModel;
  readonly #table: TableModel;
  readonly #indexer: IndexerModel;
  readonly #random: SeededRandom;
  #pending: { readonly dueAt: number; readonly streamId: bigint; run(): boolean }[] = [];

  constructor(contract: ContractModel, table: TableModel, indexer: IndexerModel, random: SeededRandom) {
    this.#contract = contract;
    this.#table = table;
    this.#indexer = indexer;
    this.#random = random;
  }

  isPending(id: bigint): boolean {
    return this.#pending.some(({ streamId }) => streamId === id);
  }

  /** Runs the transactions that land in a ledger. @returns the streams of those that the contract refused */
  land(ledger: number): bigint[] {
    const due = this.#pending.filter(({ dueAt }) => dueAt === ledger);
    this.#pending = this.#pending.filter(({ dueAt }) => dueAt !== ledger);
    return due.filter(({ run }) => !run()).map(({ streamId }) => streamId);
  }

  /** Withdraws from, or pauses, one of the streams. */
  update(ids: readonly bigint[], dueAt: number): void {
    for (let attempt = 0; attempt < 10 && ids.length > 0; attempt++) {
      const id = this.#random.pick(ids);
      const stream = this.#contract.stream(id)!;
      const [row] = this.#table.rowsOf(id);
      if (stream.status !== "Active" || this.#indexer.expects(id)) continue;
      if (row === undefined || !isUpToDate(row, stream)) continue;
      const available = vestedAmount(stream, this.#contract.now) - stream.released_amount;
      const canPay = available > 0n && available <= this.#contract.balance(stream.token);
      // A withdrawal of everything would also settle, which is two events.
      if (canPay && stream.released_amount + available < stream.total_amount) {
        const run = () => this.#contract.withdraw(id, available);
        return this.#write({ ...row, released: row.released + available }, id, dueAt, run);
      }
      return this.#write({ ...row, status: "paused" }, id, dueAt, () => this.#contract.pause(id));
    }
  }

  /** Creates the contract's next stream, whose id the backend foresees. */
  create(terms: NewStream, dueAt: number): void {
    const id = this.#contract.nextId;
    if (this.isPending(id)) return;
    const { sender, recipient, total } = terms;
    const duration = this.#random.bigint(60n, 9_000n);
    const text = { id: rowIdOf(id), onChainId: id, sender, recipient, status: "draft" };
    const row: StreamRow = { ...text, total, released: 0n, end: 0n, synced: null };
    this.#write(row, id, dueAt, () => this.#contract.createDraft(terms, duration) !== false);
  }

  #write(row: StreamRow, streamId: bigint, dueAt: number, run: () => boolean): void {
    this.#table.put(row);
    this.#indexer.expectWritten(streamId);
    this.#pending.push({ dueAt, streamId, run });
  }
}

/** Whether the indexer has nothing left to do for the row. */
function isUpToDate(row: StreamRow, stream: StreamStruct): boolean {
  const { released, status, end } = rowOfStream(stream, stream.id, null);
  return row.released === released && row.status === status && row.end === end;
}
