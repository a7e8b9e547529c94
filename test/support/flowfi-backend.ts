import type { xdr } from "@stellar/stellar-base";
import { xdr as XDR } from "@stellar/stellar-base";
import { accountId, address, contractId, i128, u64, unitVariant } from "./streampay-contract.js";

/** The struct, as the contract changes it (docs/contract-facts.md). */
interface OnChain {
  withdrawn: bigint;
  deposited: bigint;
  lastUpdate: bigint;
  isActive: boolean;
  pausedAt: bigint | null;
  status: "Active" | "Paused" | "Cancelled" | "Completed";
}

/** The row, as the event worker writes it. */
interface Row {
  depositedAmount: bigint;
  withdrawnAmount: bigint;
  lastUpdateTime: bigint;
  isActive: boolean;
  isPaused: boolean;
}

const RATE = 5n;
const START = 1_690_000_000n;
/** From a ledger's close to the worker's clock when it comes to the event. */
const WORKER_DELAY = 7n;

/** FlowFi's contract and its own backend, side by side: what happens to a stream is written to both, each in its way. */
export class FlowfiWorld {
  readonly #streams = new Map<bigint, { readonly chain: OnChain; readonly row: Row }>();
  #now = START;
  #hasPlaceholder = false;

  create(deposit: bigint): bigint {
    const id = BigInt(this.#streams.size + 1);
    const chain: OnChain = {
      ...{ withdrawn: 0n, deposited: deposit, lastUpdate: START, isActive: true, pausedAt: null, status: "Active" },
    };
    const row = {
      depositedAmount: deposit,
      withdrawnAmount: 0n,
      lastUpdateTime: START,
      isActive: true,
      isPaused: false,
    };
    this.#streams.set(id, { chain, row });
    return id;
  }

  /** The anchor of accrual stays where it is; the worker notes when it heard of it. */
  topUp(id: bigint, amount: bigint): void {
    const { chain, row } = this.#at(id);
    chain.deposited += amount;
    row.depositedAmount = chain.deposited;
    row.lastUpdateTime = this.#now + WORKER_DELAY;
  }

  withdraw(id: bigint, amount: bigint): void {
    const { chain, row } = this.#at(id);
    chain.withdrawn += amount;
    chain.lastUpdate = this.#now;
    row.withdrawnAmount += amount;
    row.lastUpdateTime = this.#now;
    if (chain.withdrawn < chain.deposited) return;
    chain.isActive = false;
    chain.status = "Completed";
    row.isActive = false;
    row.lastUpdateTime = this.#now + WORKER_DELAY;
  }

  pause(id: bigint): void {
    const { chain, row } = this.#at(id);
    chain.pausedAt = this.#now;
    chain.status = "Paused";
    row.isPaused = true;
    row.lastUpdateTime = this.#now + WORKER_DELAY;
  }

  resume(id: bigint): void {
    const { chain, row } = this.#at(id);
    chain.lastUpdate += this.#now - chain.pausedAt!;
    chain.pausedAt = null;
    chain.status = "Active";
    row.isPaused = false;
    row.lastUpdateTime = this.#now + WORKER_DELAY;
  }

  /** The contract takes the pause back; the worker leaves it. */
  cancel(id: bigint): void {
    const { chain, row } = this.#at(id);
    Object.assign(chain, { isActive: false, pausedAt: null, status: "Cancelled", lastUpdate: this.#now });
    Object.assign(row, { isActive: false, lastUpdateTime: this.#now + WORKER_DELAY });
  }

  /** A change of the protocol's fee concerns no stream: the worker files it under a stream 0 that it makes up. */
  changeFee(): void {
    this.#hasPlaceholder = true;
  }

  get ids(): bigint[] {
    return [...this.#streams.keys()];
  }

  /** @param isFirst as the first deployments keep it, which knew no pauses */
  struct(id: bigint, isFirst = false): Record<string, xdr.ScVal> {
    const { chain } = this.#at(id);
    const bool = (value: boolean) => XDR.ScVal.scvBool(value);
    return {
      sender: address(accountId(1)),
      recipient: address(accountId(2)),
      token_address: address(contractId(3)),
      rate_per_second: i128(RATE),
      deposited_amount: i128(chain.deposited),
      withdrawn_amount: i128(chain.withdrawn),
      start_time: u64(START),
      last_update_time: u64(chain.lastUpdate),
      is_active: bool(chain.isActive),
      ...(isFirst
        ? {}
        : {
            paused: bool(chain.pausedAt !== null),
            paused_at: chain.pausedAt === null ? XDR.ScVal.scvVoid() : u64(chain.pausedAt),
            status: unitVariant(chain.status),
          }),
    };
  }

  /** As SQL literals. @param isFirst of the backend's first table, which has no columns for pauses */
  rows(isFirst = false): Record<string, string>[] {
    const nobody = "'GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF'";
    const placeholder = {
      ...{ id: "'uuid-0'", streamId: "0", sender: nobody, recipient: nobody, tokenAddress: "'CDAA'" },
      ...{ ratePerSecond: "'0'", depositedAmount: "'0'", withdrawnAmount: "'0'", startTime: "0" },
      ...{ lastUpdateTime: "0", isActive: "false", ...(isFirst ? {} : { isPaused: "false" }) },
    };
    const rows = this.ids.map((id) => {
      const { row } = this.#at(id);
      return {
        ...{ id: `'uuid-${id}'`, streamId: `${id}`, sender: `'${accountId(1)}'`, recipient: `'${accountId(2)}'` },
        ...{ tokenAddress: `'${contractId(3)}'`, ratePerSecond: `'${RATE}'` },
        ...{ depositedAmount: `'${row.depositedAmount}'`, withdrawnAmount: `'${row.withdrawnAmount}'` },
        ...{ startTime: `${START}`, lastUpdateTime: `${row.lastUpdateTime}`, isActive: `${row.isActive}` },
        ...(isFirst ? {} : { isPaused: `${row.isPaused}` }),
      };
    });
    return this.#hasPlaceholder ? [placeholder, ...rows] : rows;
  }

  /** Each thing happens a minute after the one before. */
  #at(id: bigint) {
    this.#now += 60n;
    return this.#streams.get(id)!;
  }
}

/** Of the newest Prisma schema, and of its first migration. */
export const flowfiTables = (isFirst = false): string =>
  `CREATE TABLE "Stream" ("id" text PRIMARY KEY, "streamId" bigint NOT NULL, "sender" text, "recipient" text,
    "tokenAddress" text, "ratePerSecond" text, "depositedAmount" text, "withdrawnAmount" text, "startTime" bigint,
    "lastUpdateTime" bigint, "isActive" boolean DEFAULT true${isFirst ? "" : ', "isPaused" boolean DEFAULT false'});
  CREATE TABLE "IndexerState" ("id" text PRIMARY KEY, "lastLedger" integer, "lastCursor" text);
  INSERT INTO "IndexerState" VALUES ('singleton', 995, NULL)`;
