import { xdr } from "@stellar/stellar-base";
import { readTokenUnits } from "../../../src/core/contract/token-units.js";
import { ledgerEntry } from "../../support/core-chain-record.js";
import { MemoryChain } from "../../support/core-memory-chain.js";
import { accountId, contractId, struct } from "../../support/streampay-contract.js";
import { tokenInstance } from "../../support/token-contract.js";

const key = xdr.ScVal.scvLedgerKeyContractInstance();
const TOKEN = contractId(3);

/** What is read of one token whose instance is this. */
async function unitsOf(instance: xdr.ScVal): Promise<unknown> {
  const chain = new MemoryChain();
  chain.set({ contract: TOKEN, key }, ledgerEntry(instance));
  const [units] = await readTokenUnits(chain, [TOKEN]);
  return units ?? null;
}

const text = (value: string | Buffer) => xdr.ScVal.scvString(value);

describe("the units of a token", () => {
  it("are what its contract keeps as metadata", async () => {
    expect(await unitsOf(tokenInstance(7, "USDC"))).toEqual({
      token: TOKEN,
      symbol: "USDC",
      decimals: 7,
      source: "chain",
    });
    expect(await unitsOf(tokenInstance(0, "a"))).toMatchObject({ decimals: 0, symbol: "a" });
    expect(await unitsOf(tokenInstance(38, "native"))).toMatchObject({ decimals: 38, symbol: "native" });
  });

  it.each([
    ["spaces and signs", "US DC"],
    ["a text direction", "USD\u202eC"],
    ["control characters", "USDC\u001b[31m"],
    ["NUL bytes", Buffer.from("USD\0")],
    ["no UTF-8", Buffer.from([0x55, 0xff])],
    ["letters that look like others", "USDС"],
    ["a number", "100"],
    ["nothing", ""],
    ["a long text", "A".repeat(13)],
  ])("have no symbol that holds %s: anybody may deploy a token", async (_what, symbol) => {
    expect(await unitsOf(tokenInstance(7, symbol))).toMatchObject({ symbol: null, decimals: 7 });
  });

  it.each<[string, xdr.ScVal]>([
    ["more decimals than an amount has digits", tokenInstance(39, "USDC")],
    ["decimals of another type", tokenInstance(xdr.ScVal.scvI32(7), "USDC")],
    ["no decimals", tokenInstance(null, "USDC")],
    ["metadata that is no map", tokenInstance(xdr.ScVal.scvVoid(), "USDC", text("USDC"))],
    ["no instance", struct({ decimal: xdr.ScVal.scvU32(7) })],
  ])("are unknown of a token with %s", async (_what, instance) => {
    expect(await unitsOf(instance)).toBeNull();
  });

  it("are unknown of a token that is not there, cannot be read, or whose entry is damaged", async () => {
    const chain = new MemoryChain();
    const tokens = [1, 2, 3, 4].map(contractId);
    chain.set({ contract: tokens[0]!, key }, null);
    chain.set({ contract: tokens[1]!, key }, { kind: "fault", code: "entry_malformed", message: "cut" });
    chain.set(
      { contract: tokens[2]!, key },
      { ...ledgerEntry(tokenInstance(7, "USDC")), value: new Uint8Array([0, 1]) },
    );
    chain.set({ contract: tokens[3]!, key }, ledgerEntry(tokenInstance(6, "EURC")));
    expect(await readTokenUnits(chain, tokens)).toEqual([
      { token: tokens[3], symbol: "EURC", decimals: 6, source: "chain" },
    ]);
  });

  it("are asked for once, in one request, and of contracts only", async () => {
    const chain = new MemoryChain(2);
    chain.set({ contract: contractId(1), key }, null);
    chain.set({ contract: contractId(2), key }, null);
    await readTokenUnits(chain, [contractId(1), accountId(5), "no token", contractId(1), contractId(2), contractId(3)]);
    expect(chain.reads.map((keys) => keys.length)).toEqual([2]);
    expect(await readTokenUnits(chain, [accountId(5)])).toEqual([]);
    expect(chain.reads).toHaveLength(1);
  });
});
