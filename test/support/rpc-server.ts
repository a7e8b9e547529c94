import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deferred } from "./core-deferred.js";
import {
  breakConnection,
  editAnswer,
  type FaultRule,
  integersAsStrings,
  type RpcRequest,
  type RpcServerFault,
} from "./rpc-faults.js";
import { JsonRpcError } from "./rpc-history.js";
import { answerMethod, type RowSource, rowsOf } from "./rpc-methods.js";
import type { TestLedger } from "./test-ledger.js";

export interface RpcServerOptions {
  /** Strike before any that `fault` adds. */
  readonly faults?: readonly FaultRule[];
  /** Numbers as decimal strings in every answer. */
  readonly integersAsStrings?: boolean;
  /** For benchmarks: every answer comes this much later. */
  readonly latencyMs?: number;
  /** For benchmarks: false keeps no `requests`, which would grow with the run. */
  readonly keepRequests?: boolean;
  readonly rows?: RowSource;
}

export interface RpcServer {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  readonly ledger: TestLedger;
  /** Every request that reached the server, in order of arrival. */
  readonly requests: readonly RpcRequest[];
  /** The largest number of requests that were in flight at once. */
  readonly inFlightPeak: number;
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** Adds a fault; of several that match a request, the one added first strikes. */
  fault(rule: FaultRule): void;
  /** Ends all faults. */
  clearFaults(): void;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 512 * 1024;

/** A Soroban RPC on 127.0.0.1 that serves the ledger as it is at the moment of each request, and fails on demand. */
export async function startRpcServer(ledger: TestLedger, options: RpcServerOptions = {}): Promise<RpcServer> {
  const rows = options.rows ?? rowsOf(ledger);
  const requests: RpcRequest[] = [];
  let rules = (options.faults ?? []).map((rule) => ({ ...rule, left: rule.times ?? 1 }));
  let inFlight = 0;
  let inFlightPeak = 0;
  let connections = 0;

  const strike = (request: RpcRequest): RpcServerFault | null => {
    const rule = rules.find((candidate) => candidate.left > 0 && (candidate.when?.(request) ?? true));
    if (rule === undefined) return null;
    rule.left -= 1;
    return rule.fault;
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    if (body === null) return void response.writeHead(413).end();
    const request = parseRequest(incoming, body);
    if (incoming.method !== "POST") return void response.writeHead(405).end();
    if (options.keepRequests !== false) requests.push(request);
    const fault = strike(request);
    if (fault?.kind === "hold") await fault.until(request);
    if (options.latencyMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.latencyMs));
    const text = () => answerText(request, fault);
    if (fault !== null && breakConnection(fault, response, text)) return;
    response.writeHead(200, { "content-type": "application/json" }).end(text());
  };

  const answerText = (request: RpcRequest, fault: RpcServerFault | null): string => {
    const answer = answerRequest(request, ledger, rows);
    if (options.integersAsStrings && answer.result !== undefined) answer.result = integersAsStrings(answer.result);
    const text = JSON.stringify(fault === null ? answer : editAnswer(fault, answer));
    return fault?.kind === "text" ? fault.edit(text) : text;
  };

  const server = createServer((incoming, response) => {
    inFlight += 1;
    inFlightPeak = Math.max(inFlightPeak, inFlight);
    response.on("close", () => {
      inFlight -= 1;
    });
    serve(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ledger,
    requests,
    get inFlightPeak() {
      return inFlightPeak;
    },
    get connections() {
      return connections;
    },
    fault(rule) {
      rules.push({ ...rule, left: rule.times ?? 1 });
    },
    clearFaults() {
      rules = [];
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

/** Null when the body is larger than the node takes. */
async function readBody(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString("utf8");
}

function parseRequest(incoming: IncomingMessage, body: string): RpcRequest {
  let json: { id?: unknown; method?: unknown; params?: { keys?: unknown } } | null = null;
  try {
    json = JSON.parse(body);
  } catch {
    // Answered as a parse error: the method is empty.
  }
  const keys = json?.params?.keys;
  return {
    id: json?.id ?? null,
    method: typeof json?.method === "string" ? json.method : "",
    keys: Array.isArray(keys) ? keys.map(String) : [],
    body,
    httpMethod: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
  };
}

function answerRequest(request: RpcRequest, ledger: TestLedger, rows: RowSource): Record<string, unknown> {
  try {
    if (request.method === "") throw new JsonRpcError(-32700, "invalid request value");
    return { jsonrpc: "2.0", id: request.id, result: answerMethod(request, ledger, rows) };
  } catch (error) {
    if (!(error instanceof JsonRpcError)) throw error;
    return { jsonrpc: "2.0", id: request.id, error: { code: error.code, message: error.message } };
  }
}

/** Holds the first answer that `when` fits until `release`; `reached` resolves once it is held. */
export function holdAnswer(server: RpcServer, when: FaultRule["when"] & {}) {
  const held = deferred<void>();
  const reached = deferred<void>();
  const until = () => {
    reached.resolve();
    return held.promise;
  };
  server.fault({ fault: { kind: "hold", until }, when, times: 1 });
  return { reached: reached.promise, release: () => held.resolve() };
}
