import { xdr } from "@stellar/stellar-base";
import type { Layout } from "../../src/core/contract/layout.js";
import { accountId, address, i128, struct, u64 } from "./streampay-contract.js";

/** docs/contract-facts.md#streampay-contracts: every stream inside the contract's instance entry. */
export const smallEscrow: Layout = {
  name: "small-escrow",
  stream: { storage: "instance", key: ["stream", { u32: "$id" }] },
  fields: {
    payer: { type: "address", role: "sender" },
    recipient: { type: "address", role: "recipient" },
    rate_per_second: { type: "amount" },
    balance: { type: "amount" },
    start_time: { type: "timestamp", role: "start" },
    end_time: { type: "timestamp", role: "end" },
    is_active: { type: "boolean" },
  },
};

export const smallKey = (id: number): xdr.ScVal =>
  xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("stream"), xdr.ScVal.scvU32(id)]);

export const smallStream = (balance: bigint): xdr.ScVal =>
  struct({
    payer: address(accountId(1)),
    recipient: address(accountId(2)),
    rate_per_second: i128(10n),
    balance: i128(balance),
    start_time: u64(0n),
    end_time: u64(0n),
    is_active: xdr.ScVal.scvBool(false),
  });

/** The contract's instance with the given storage; null: none at all, as the host writes it before the first stream. */
export const instance = (storage: readonly (readonly [key: xdr.ScVal, val: xdr.ScVal])[] | null): xdr.ScVal =>
  xdr.ScVal.scvContractInstance(
    new xdr.ScContractInstance({
      executable: xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32, 5)),
      storage: storage === null ? null : storage.map(([key, val]) => new xdr.ScMapEntry({ key, val })),
    }),
  );
