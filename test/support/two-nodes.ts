import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type RpcServer, startRpcServer } from "./rpc-server.js";
import { TestLedger } from "./test-ledger.js";

export interface TwoNodes {
  /** The one address of both. */
  readonly url: string;
  /** Both nodes' ledgers, the newer one first, for what was so before the first ledger closes. */
  readonly ledgers: readonly [TestLedger, TestLedger];
  /** Closes a ledger with this change in it; the other node comes to it so many ledgers later. */
  close(change: (ledger: TestLedger) => void): void;
  end(): Promise<void>;
}

/**
 * Two RPC nodes of one network behind one address, as a load balancer has them: the second is `behind` ledgers late.
 * @param pick which of them answers the nth request: 0 or 1
 */
export async function startTwoNodes(behind: number, pick: (request: number) => number): Promise<TwoNodes> {
  const ledgers = [new TestLedger(), new TestLedger()] as const;
  ledgers[1].sequence -= behind;
  const nodes: readonly RpcServer[] = [await startRpcServer(ledgers[0]), await startRpcServer(ledgers[1])];
  const late: ((ledger: TestLedger) => void)[] = Array.from({ length: behind }, () => () => {});
  const advance = (ledger: TestLedger, change: (ledger: TestLedger) => void) => {
    ledger.sequence += 1;
    ledger.closeTime += 5;
    change(ledger);
  };
  let requests = 0;
  const balancer = createServer(async (request, response) => {
    const node = nodes[pick(requests++)]!;
    const answer = await fetch(node.url, { method: "POST", body: await text(request) });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => balancer.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}/`,
    ledgers,
    close(change) {
      late.push(change);
      advance(ledgers[0], change);
      advance(ledgers[1], late.shift()!);
    },
    async end() {
      balancer.closeAllConnections();
      await new Promise<void>((resolve) => balancer.close(() => resolve()));
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
