import { xdr } from "@stellar/stellar-base";
import { accountId, address, contractId, i128, u64 } from "./streampay-contract.js";

interface Stream {
  readonly amount: bigint;
  /** The stream of V1 that it was. */
  readonly from: number | null;
  withdrawn: bigint;
  /** Of the contract's enum: Active, Paused, Closed. */
  state: 0 | 1 | 2;
  status: "ACTIVE" | "PAUSED" | "CANCELED" | "ARCHIVED";
}

const SENDER = accountId(1);
const RECEIVER = accountId(2);
const TOKEN = contractId(3);

/**
 * StellarStream-HQ's two contracts and its backend, which files the streams of both in one table (backend/src, the
 * ingestor of both versions and the script that archives what has moved).
 */
export class StellarstreamWorld {
  readonly #v1: Stream[] = [];
  readonly #v2: Stream[] = [];

  constructor(
    readonly v1Contract: string,
    readonly v2Contract: string,
  ) {}

  create(contract: "v1" | "v2", amount: bigint, from: number | null = null): number {
    const streams = contract === "v1" ? this.#v1 : this.#v2;
    return streams.push({ amount, from, withdrawn: 0n, state: 0, status: "ACTIVE" }) - 1;
  }

  pause(v1Id: number): void {
    Object.assign(this.#v1[v1Id]!, { state: 1, status: "PAUSED" });
  }

  cancel(v1Id: number): void {
    Object.assign(this.#v1[v1Id]!, { state: 2, status: "CANCELED" });
  }

  migrate(v1Id: number): void {
    const { amount } = this.#v1[v1Id]!;
    Object.assign(this.#v1[v1Id]!, { state: 2, status: "ARCHIVED" });
    this.create("v2", amount, v1Id);
  }

  /** No event handler of the backend writes what was withdrawn. */
  withdraw(v1Id: number, amount: bigint): void {
    this.#v1[v1Id]!.withdrawn += amount;
  }

  /** V1 keeps all streams in its instance, V2 an entry a stream. */
  entries(contract: "v1" | "v2"): { readonly key: xdr.ScVal; readonly val: Record<string, xdr.ScVal> }[] {
    const symbol = xdr.ScVal.scvSymbol(contract === "v1" ? "STR_CNT" : "Stream");
    return (contract === "v1" ? this.#v1 : this.#v2).map(({ amount, withdrawn, state }, id) => ({
      key: xdr.ScVal.scvVec([symbol, u64(BigInt(id))]),
      val: {
        sender: address(SENDER),
        receiver: address(RECEIVER),
        token: address(TOKEN),
        total_amount: i128(amount),
        withdrawn_amount: i128(withdrawn),
        start_time: u64(1_000n),
        end_time: u64(2_000n),
        ...(contract === "v1" ? { state: xdr.ScVal.scvU32(state) } : { cancelled: xdr.ScVal.scvBool(false) }),
      },
    }));
  }

  /** As SQL literals. */
  rows(): Record<string, string>[] {
    const row = (streamId: string, contract: string, version: number, amount: bigint, status: string) => ({
      ...{ id: `'cuid-${version}-${streamId}'`, streamId: `'${streamId}'`, txHash: `'tx-${version}-${streamId}'` },
      ...{ version: `${version}`, sender: `'${SENDER}'`, receiver: `'${RECEIVER}'`, contract_id: `'${contract}'` },
      ...{ tokenAddress: `'${TOKEN}'`, amount: `'${amount}'`, status: `'${status}'`, withdrawn: "'0'" },
    });
    const written = (streams: readonly Stream[], contract: string, version: number) =>
      streams.flatMap(({ amount, from, status }, id) => {
        // Which stream of V2 it has become, the event that it moved does not tell.
        if (from !== null) return [row(`${from}-v2`, contract, version, amount, status)];
        // The ingestor takes the id 0 for none.
        return id === 0 ? [] : [row(`${id}`, contract, version, amount, status)];
      });
    return [...written(this.#v1, this.v1Contract, 1), ...written(this.#v2, this.v2Contract, 2)];
  }
}

export const STELLARSTREAM_HQ_TABLES = `CREATE TABLE "Stream" ("id" text PRIMARY KEY, "streamId" text, "txHash" text,
    "version" integer, "sender" text, "receiver" text, contract_id text, "tokenAddress" text, "amount" text,
    "status" text, "withdrawn" text DEFAULT '0');
  CREATE TABLE "SyncState" ("id" integer PRIMARY KEY, "lastLedgerSequence" integer);
  INSERT INTO "SyncState" VALUES (1, 995)`;
