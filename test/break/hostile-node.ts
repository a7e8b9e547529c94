import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { RpcRequest } from "../support/rpc-faults.js";
import { JsonRpcError } from "../support/rpc-history.js";
import { answerMethod, rowsOf } from "../support/rpc-methods.js";
import type { TestLedger } from "../support/test-ledger.js";

/** One request at the node, and what an honest node would answer. */
export interface Exchange {
  readonly request: RpcRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** How many requests came before. */
  readonly nth: number;
  /** The honest answer; a new object each time. */
  answer(): Record<string, unknown>;
  /** Answers with this text, as a node does. */
  send(text: string | Buffer): void;
}

/** Answers in the node's place; false: let it answer. */
export type Hostility = (exchange: Exchange) => boolean | Promise<boolean>;

export interface HostileNode {
  readonly port: number;
  readonly requests: number;
  /** `null`: honest again. */
  turn(hostility: Hostility | null): void;
  close(): Promise<void>;
}

/** A Soroban RPC over HTTP that serves the ledger, and in whose place anything may answer. */
export async function startHostileNode(ledger: TestLedger): Promise<HostileNode> {
  const rows = rowsOf(ledger);
  let hostility: Hostility | null = null;
  let requests = 0;
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    const nth = requests;
    requests += 1;
    const send = (text: string | Buffer) =>
      void response.writeHead(200, { "content-type": "application/json" }).end(text);
    const answer = () => honestAnswer(request, () => answerMethod(request, ledger, rows));
    const exchange = { request, response, socket: incoming.socket, nth, answer, send };
    if (hostility !== null && (await hostility(exchange))) return;
    send(JSON.stringify(answer()));
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.on("clientError", (_error, socket) => void socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests;
    },
    turn(next) {
      hostility = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function honestAnswer(request: RpcRequest, result: () => unknown): Record<string, unknown> {
  try {
    return { jsonrpc: "2.0", id: request.id, result: structuredClone(result()) };
  } catch (error) {
    if (!(error instanceof JsonRpcError)) throw error;
    return { jsonrpc: "2.0", id: request.id, error: { code: error.code, message: error.message } };
  }
}

async function readRequest(incoming: IncomingMessage): Promise<RpcRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const json = JSON.parse(body) as { id?: unknown; method?: unknown; params?: { keys?: unknown } };
  return {
    id: json.id ?? null,
    method: String(json.method ?? ""),
    keys: Array.isArray(json.params?.keys) ? json.params.keys.map(String) : [],
    body,
    httpMethod: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
  };
}
