import { openSorobanRpc } from "../../../src/adapters/chain/soroban-rpc/open-soroban-rpc.js";
import { onChainClientContract } from "../../ports/on-chain-client.contract.js";
import { ManualClock } from "../../support/manual-clock.js";
import { setUpRpc } from "../../support/rpc-client.js";
import { startRpcServer } from "../../support/rpc-server.js";

for (const integersAsStrings of [false, true]) {
  onChainClientContract(
    `Soroban RPC with integers as ${integersAsStrings ? "strings" : "numbers"}`,
    async (ledger) => {
      const server = await startRpcServer(ledger, { integersAsStrings });
      const client = openSorobanRpc(server.url, { clock: new ManualClock(), random: () => 0.5 });
      return {
        client,
        async close() {
          await client.close();
          await server.close();
        },
      };
    },
    { isStatic: false },
  );
}

describe("the caller's side of the port's contract", () => {
  it.each([
    ["no keys", []],
    ["201 keys", Array.from({ length: 201 }, () => new Uint8Array(12))],
    ["a key twice", [contractDataKey(1), contractDataKey(1)]],
    ["a key of another type", [Uint8Array.from([0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0])]],
    ["a key that is too short", [new Uint8Array(4)]],
  ])("takes %s for a bug, and sends nothing", async (_, keys) => {
    const { client, server, close } = await setUpRpc();
    await expect(client.readEntries(keys)).rejects.toThrow(/^readEntries takes/);
    expect(server.requests).toEqual([]);
    await close();
  });

  it("takes a read after close() for a bug", async () => {
    const { client, close } = await setUpRpc();
    await close();
    await expect(client.describe()).rejects.toThrow("used after close()");
  });
});

function contractDataKey(seed: number): Uint8Array {
  return Uint8Array.from([0, 0, 0, 6, 0, 0, 0, seed, 0, 0, 0, 0]);
}
