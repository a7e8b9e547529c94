import { xdr } from "@stellar/stellar-base";
import { struct } from "./streampay-contract.js";

/** A token's instance as the Stellar Asset Contract keeps it. @param decimals null: without any */
export function tokenInstance(
  decimals: number | xdr.ScVal | null,
  symbol: string | Buffer,
  metadata: xdr.ScVal = struct({
    ...(decimals === null ? {} : { decimal: typeof decimals === "number" ? xdr.ScVal.scvU32(decimals) : decimals }),
    name: xdr.ScVal.scvString("a name that nobody reads"),
    symbol: xdr.ScVal.scvString(symbol),
  }),
): xdr.ScVal {
  const key = xdr.ScVal.scvSymbol("METADATA");
  return xdr.ScVal.scvContractInstance(
    new xdr.ScContractInstance({
      executable: xdr.ContractExecutable.contractExecutableStellarAsset(),
      storage: [new xdr.ScMapEntry({ key, val: metadata })],
    }),
  );
}
