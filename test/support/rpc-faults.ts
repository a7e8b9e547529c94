import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as the server read it. `keys` is empty but for getLedgerEntries; `body` is the raw text. */
export interface RpcRequest {
  readonly id: unknown;
  readonly method: string;
  /** Base64 LedgerKeys, in the order asked. */
  readonly keys: readonly string[];
  readonly body: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

export interface RpcRow {
  readonly key: string;
  readonly xdr: string;
  readonly lastModifiedLedgerSeq: unknown;
  readonly liveUntilLedgerSeq?: unknown;
  readonly extXdr?: string;
}

/** What goes wrong, and how. */
export type RpcServerFault =
  /** Answers properly, once the promise resolves: for latency, and for tests that look at requests in flight. */
  | { readonly kind: "hold"; readonly until: (request: RpcRequest) => Promise<void> }
  /** An HTTP answer of a gateway in place of the node's. */
  | {
      readonly kind: "http";
      readonly status: number;
      readonly reason?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection breaks in the middle of the body. */
  | { readonly kind: "broken-body" }
  /** Half of the body, sent as if it were whole. */
  | { readonly kind: "cut-body" }
  /** The connection is reset without an answer. */
  | { readonly kind: "reset" }
  /** Never answers; in the body: sends the headers and a few bytes first. */
  | { readonly kind: "hang"; readonly inBody?: boolean }
  /** A JSON-RPC error. */
  | { readonly kind: "rpc-error"; readonly code: number; readonly message: string }
  /** The answer says that it was read `ledgers` earlier. */
  | { readonly kind: "ledger-back"; readonly ledgers: number }
  /** The text of the answer, edited: for JSON that no object can be made of here. */
  | { readonly kind: "text"; readonly edit: (text: string) => string }
  /** The rows of a getLedgerEntries answer, edited. */
  | { readonly kind: "rows"; readonly edit: (rows: readonly RpcRow[]) => readonly unknown[] }
  /** The `result`, edited. */
  | { readonly kind: "result"; readonly edit: (result: Record<string, unknown>) => unknown }
  /** The whole JSON-RPC answer, edited. */
  | { readonly kind: "answer"; readonly edit: (answer: Record<string, unknown>) => unknown };

export interface FaultRule {
  readonly fault: RpcServerFault;
  /** How many requests it strikes; default 1, Infinity for all. */
  readonly times?: number;
  /** Which requests; default all. */
  readonly when?: (request: RpcRequest) => boolean;
}

/** Ready-made `when` conditions. */
export const calls =
  (method: string) =>
  (request: RpcRequest): boolean =>
    request.method === method;
/** Requests that ask for this LedgerKey (base64). */
export const asksFor =
  (key: string) =>
  (request: RpcRequest): boolean =>
    request.keys.includes(key);

const edited = (edit: (row: RpcRow) => RpcRow, key?: string): RpcServerFault => ({
  kind: "rows",
  edit: (rows) => rows.map((row) => (key === undefined || row.key === key ? edit(row) : row)),
});

/** Ready-made faults of rows. With a `key` they strike that row alone, else every row. */
export const rowFaults = {
  wrongKey: (wrong: string, key?: string) => edited((row) => ({ ...row, key: wrong }), key),
  xdr: (xdr: string, key?: string) => edited((row) => ({ ...row, xdr }), key),
  /** Each row carries the data of the row after it. */
  swappedXdr: (): RpcServerFault => ({
    kind: "rows",
    edit: (rows) => rows.map((row, i) => ({ ...row, xdr: rows[(i + 1) % rows.length]?.xdr })),
  }),
  malformedBase64: (key?: string) => edited((row) => ({ ...row, xdr: `*${row.xdr.slice(1)}` }), key),
  duplicated: (): RpcServerFault => ({ kind: "rows", edit: (rows) => rows.flatMap((row) => [row, row]) }),
  reversed: (): RpcServerFault => ({ kind: "rows", edit: (rows) => [...rows].reverse() }),
  dropped: (key: string): RpcServerFault => ({ kind: "rows", edit: (rows) => rows.filter((row) => row.key !== key) }),
  lastModified: (value: unknown, key?: string) => edited((row) => ({ ...row, lastModifiedLedgerSeq: value }), key),
  liveUntil: (value: unknown, key?: string) => edited((row) => ({ ...row, liveUntilLedgerSeq: value }), key),
};

/** Every integer of a result as a decimal string, as some gateways and SDK fixtures have it. */
export function integersAsStrings(value: unknown): unknown {
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.map(integersAsStrings);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, integersAsStrings(inner)]));
}

/** Applies what a fault does to the content of an answer; faults of HTTP leave it alone. */
export function editAnswer(fault: RpcServerFault, answer: Record<string, unknown>): unknown {
  if (fault.kind === "answer") return fault.edit(answer);
  if (fault.kind === "rpc-error") {
    return { jsonrpc: "2.0", id: answer.id, error: { code: fault.code, message: fault.message } };
  }
  const result = answer.result as Record<string, unknown> | undefined;
  if (result === undefined) return answer;
  if (fault.kind === "result") return { ...answer, result: fault.edit(result) };
  if (fault.kind === "rows")
    return { ...answer, result: { ...result, entries: fault.edit(result.entries as RpcRow[]) } };
  if (fault.kind === "ledger-back") {
    const name = "sequence" in result ? "sequence" : "latestLedger";
    return { ...answer, result: { ...result, [name]: (result[name] as number) - fault.ledgers } };
  }
  return answer;
}

/** Does what a fault does to the connection or in place of the answer; false when the answer is still to be sent. */
export function breakConnection(fault: RpcServerFault, response: ServerResponse, text: () => string): boolean {
  switch (fault.kind) {
    case "http":
      response.writeHead(fault.status, fault.reason, fault.headers).end(fault.body ?? "");
      return true;
    case "reset":
      response.socket?.resetAndDestroy();
      return true;
    case "hang":
      if (fault.inBody) response.writeHead(200, { "content-type": "application/json" }).write('{"jsonrpc":');
      return true;
    case "cut-body": {
      const whole = text();
      response.writeHead(200, { "content-type": "application/json" }).end(whole.slice(0, whole.length / 2));
      return true;
    }
    case "broken-body": {
      const whole = text();
      response.writeHead(200, { "content-type": "application/json", "content-length": whole.length });
      response.write(whole.slice(0, whole.length / 2), () => response.destroy());
      return true;
    }
    default:
      return false;
  }
}
