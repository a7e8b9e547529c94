import fc from "fast-check";
import { contractDataKey, instanceKey } from "../../../src/core/xdr/ledger-key.js";
import { addressArbitraries, scVals, toOracle } from "../../support/core-scval.js";
import { ledgerKeyOf } from "../../support/test-ledger.js";

describe("ledger keys against the Stellar library's", () => {
  it("are the same for every contract, key and durability", () => {
    fc.assert(
      fc.property(
        addressArbitraries.contract,
        scVals,
        fc.constantFrom("persistent" as const, "temporary" as const),
        (contract, key, durability) => {
          const oracle = ledgerKeyOf({ contract, key: toOracle(key), durability }).toXDR("hex");
          expect(Buffer.from(contractDataKey(contract, key, durability)).toString("hex")).toBe(oracle);
        },
      ),
    );
  });

  it("are persistent when nothing else is said", () => {
    fc.assert(
      fc.property(addressArbitraries.contract, (contract) => {
        const key = { type: "symbol", value: "k" } as const;
        expect(contractDataKey(contract, key)).toEqual(contractDataKey(contract, key, "persistent"));
      }),
    );
  });

  it("name the contract's instance entry as the network does", () => {
    fc.assert(
      fc.property(addressArbitraries.contract, (contract) => {
        const key = toOracle({ type: "ledger_key_contract_instance" });
        const oracle = ledgerKeyOf({ contract, key, durability: "persistent" }).toXDR("hex");
        expect(Buffer.from(instanceKey(contract)).toString("hex")).toBe(oracle);
      }),
    );
  });
});
