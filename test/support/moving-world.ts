import { xdr } from "@stellar/stellar-base";
import type { RowSelection } from "../../src/core/again/later-look.js";
import type { Layout } from "../../src/core/contract/layout.js";
import { Findings } from "../../src/core/report/findings.js";
import { type Reconciliation, reconcile } from "../../src/core/run/reconcile.js";
import type { ColumnValue } from "../../src/ports/db-client.js";
import { streampay } from "../../src/presets/streampay.js";
import { ledgerEntry } from "./core-chain-record.js";
import { MemoryChain } from "./core-memory-chain.js";
import { type DbRow, dbRow, fullPlan, pagesOf, policyOf, rowOf } from "./core-rows.js";
import { CONTRACT, numberedStream } from "./core-run.js";
import { ManualClock } from "./manual-clock.js";
import { balanceVal, countingInstance, stellarAssetInstance } from "./moving-entries.js";
import { address, type StreamStruct, streamStruct } from "./streampay-contract.js";

/** StreamPay's own layout keeps no escrow worth a check here: the tests of solvency are about that. */
const withoutSolvency: Layout = {
  ...streampay,
  invariants: streampay.invariants!.filter((name) => name !== "solvent"),
};

export const TOKEN = streamStruct().token;

/** Which row selections a run asked for, in words: `all`, or the column and how many values. */
export const wordsOf = (selection: RowSelection): string =>
  selection === null ? "all" : `${selection.by} ${selection.values.join(",")}`;

/**
 * Two sides that move while a run looks at them. A ledger closes every five seconds of the run's own waiting, from
 * ledger 1000 on; `at` says what happens with one. The rows are those of the moment at which they are asked for.
 */
export class MovingWorld {
  readonly chain: MemoryChain;
  readonly clock = new ManualClock();
  findings = new Findings();
  /** Rows in any order. */
  rows: DbRow[] = [];
  globalCursor: ColumnValue | undefined = undefined;
  /** What row cursors mean; null: the rows that agree tell. */
  cursorMeans: Reconciliation["cursorMeans"] = null;
  /** What each view of the database was asked for. */
  readonly selections: RowSelection[] = [];
  /** Called before each view of the database with its number from 0: throw to lose it, or let something happen. */
  beforeRows: (view: number) => void = () => {};
  secondsPerLedger = 5;
  readonly #events = new Map<number, () => void>();
  #sinceLedger = 0;

  /** @param ids how many ids the chain may be asked for, all of them absent at first */
  constructor(ids = 60, maxKeysPerRead = 200) {
    this.chain = new MemoryChain(maxKeysPerRead);
    for (let id = 0; id <= (ids === 0 ? 0 : ids + 200); id++) this.chain.setAbsent(CONTRACT, BigInt(id));
    this.count(null);
    this.clock.onSleep = (milliseconds) => {
      this.#sinceLedger += milliseconds / 1000;
      if (this.#sinceLedger < this.secondsPerLedger) return;
      this.#sinceLedger = 0;
      this.close();
    };
  }

  /** Closes a ledger, and with it what happens then. */
  close(): void {
    this.chain.ledger += 1;
    this.#events.get(this.chain.ledger)?.();
  }

  /** What happens when a ledger closes. */
  at(ledger: number, event: () => void): void {
    this.#events.set(ledger, event);
  }

  /** A stream of the contract. */
  stream(stream: StreamStruct | number, modified = 900): void {
    const struct = typeof stream === "number" ? numberedStream(stream) : stream;
    this.chain.setStream(CONTRACT, struct, { lastModifiedLedger: modified });
  }

  absent(id: number): void {
    this.chain.setAbsent(CONTRACT, BigInt(id));
  }

  /** A row of the database, in place of one with the same id of the stream. */
  row(stream: StreamStruct | number, overrides: Partial<DbRow> = {}): void {
    const struct = typeof stream === "number" ? numberedStream(stream) : stream;
    const row = dbRow(struct, { synced: 950n, ...overrides });
    this.rows = [...this.rows.filter(({ streamId }) => streamId !== row.streamId), row];
  }

  /** A stream on both sides. */
  both(stream: StreamStruct | number, overrides: Partial<DbRow> = {}): void {
    this.stream(stream);
    this.row(stream, overrides);
  }

  drop(streamId: string): void {
    this.rows = this.rows.filter((row) => row.streamId !== streamId);
  }

  /** What the contract counts up to: the next id; null: it has no counter yet. */
  count(nextId: number | null): void {
    const value = ledgerEntry(countingInstance(nextId === null ? null : BigInt(nextId)));
    this.chain.set({ contract: CONTRACT, key: xdr.ScVal.scvLedgerKeyContractInstance() }, value);
  }

  /** What the contract holds of the token; null: no entry. */
  balance(amount: bigint | null, modified = 900, token = TOKEN): void {
    const key = xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(CONTRACT)]);
    const entry = amount === null ? null : ledgerEntry(balanceVal(amount), { lastModifiedLedger: modified });
    this.chain.set({ contract: token, key }, entry);
    this.chain.set(
      { contract: token, key: xdr.ScVal.scvLedgerKeyContractInstance() },
      ledgerEntry(stellarAssetInstance),
    );
  }

  /** Everything on the chain at most `confirm` looks later, both directions, without solvency unless the layout is given. */
  async run(more: Partial<Reconciliation> = {}): Promise<Findings> {
    await reconcile(
      {
        readRows: async (selection, upTo) => {
          this.beforeRows(this.selections.length);
          this.selections.push(selection);
          const greatest = upTo === undefined ? {} : { greatest: this.#greatestCursor(upTo) };
          return { globalCursor: this.globalCursor, ...greatest, pages: pagesOf(this.#selected(selection), 1000) };
        },
        chain: this.chain,
        clock: this.clock,
        contractId: CONTRACT,
        layout: withoutSolvency,
        plan: fullPlan,
        policy: policyOf(),
        concurrency: 2,
        confirm: 3,
        settle_ms: 60_000,
        cursorMeans: this.cursorMeans,
        latestLedger: this.chain.ledger,
        isStatic: false,
        only: null,
        dbOnly: false,
        ...more,
      },
      this.findings,
    );
    return this.findings;
  }

  #greatestCursor(upTo: number): bigint | null {
    const cursors = this.rows.flatMap(({ synced }) => (typeof synced === "bigint" && synced <= upTo ? [synced] : []));
    return cursors.length === 0 ? null : cursors.reduce((a, b) => (a > b ? a : b));
  }

  /** As databases do: values as text, rows by on-chain id, NULLs last. */
  #selected(selection: RowSelection) {
    const selectedBy = (row: DbRow) => (selection?.by === "onChainId" ? row.onChainId : row.streamId);
    const isWanted = (row: DbRow) => {
      const value = selectedBy(row);
      return selection === null || (value !== null && selection.values.includes(String(value)));
    };
    const order = ({ onChainId }: DbRow) => (onChainId === null ? Number.POSITIVE_INFINITY : Number(onChainId));
    return this.rows
      .filter(isWanted)
      .sort((a, b) => order(a) - order(b))
      .map((row) => rowOf(row));
  }
}

/** What a run found of each stream, in one line each, sorted. */
export const linesOf = ({ discrepancies, violations, errors, notices }: Findings): string[] =>
  [
    ...discrepancies.map((d) => `${d.streamId} ${d.field} ${d.classification}`),
    ...violations.map((v) => `${v.streamId} violates ${v.invariant}`),
    ...errors.map((e) => `${e.streamId ?? "run"} error ${e.code}`),
    ...notices.map((n) => `${n.streamId ?? "run"} notice ${n.code}`),
  ].sort();

/** What a run said of each difference, and why, sorted. */
export const reasonsOf = ({ discrepancies }: Findings): string[] =>
  discrepancies.map((d) => `${d.streamId} ${d.classification} ${d.reason}`).sort();
