import { xdr } from "@stellar/stellar-base";
import { i128, struct, u64, unitVariant } from "./streampay-contract.js";

const wasm = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32, 7));

const instanceOf = (
  executable: xdr.ContractExecutable,
  storage: readonly (readonly [xdr.ScVal, xdr.ScVal])[],
): xdr.ScVal =>
  xdr.ScVal.scvContractInstance(
    new xdr.ScContractInstance({
      executable,
      storage: storage.length === 0 ? null : storage.map(([key, val]) => new xdr.ScMapEntry({ key, val })),
    }),
  );

/** The contract's instance with its counter, under the name that a deployment gives it; null: none yet. */
export const countingInstance = (nextId: bigint | xdr.ScVal | null, name = "StreamCount"): xdr.ScVal =>
  instanceOf(wasm, nextId === null ? [] : [[unitVariant(name), typeof nextId === "bigint" ? u64(nextId) : nextId]]);

/** The instance of a token that the network itself runs. */
export const stellarAssetInstance: xdr.ScVal = instanceOf(xdr.ContractExecutable.contractExecutableStellarAsset(), []);

/** The instance of a token that somebody wrote. */
export const wasmInstance: xdr.ScVal = instanceOf(wasm, []);

/** A contract holder's balance as the Stellar Asset Contract keeps it (docs/contract-facts.md#token-balances). */
export const balanceVal = (amount: bigint, authorized = true): xdr.ScVal =>
  struct({ amount: i128(amount), authorized: xdr.ScVal.scvBool(authorized), clawback: xdr.ScVal.scvBool(false) });
