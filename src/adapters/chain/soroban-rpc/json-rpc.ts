import { NestedTooDeeply, parseForeignJson } from "../../../core/values/foreign-json.js";
import { isObject, quote } from "./answers/answer-values.js";
import { excerpt } from "./http/endpoint.js";
import { badAnswer, RpcFault } from "./http/rpc-fault.js";

/** Internal error, processing time exceeded, queue full (docs/contract-facts.md#a-nodes-failures). */
const TRANSIENT_CODES = new Set([-32603, -32001, -32098]);
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;

/** JSON-RPC 2.0 with named parameters; `params` is JSON text, so that large key lists are only serialised once. */
export function jsonRpcRequest(id: number, method: string, params: string | null): string {
  return `{"jsonrpc":"2.0","id":${id},"method":"${method}"${params === null ? "" : `,"params":${params}`}}`;
}

/**
 * Returns the `result` of the answer to request `id`.
 * @throws RpcFault if the text is not such an answer, or if it is an error.
 */
export function jsonRpcResult(text: string, id: number, method: string): unknown {
  const answer = parseObject(text);
  const isError = answer.error !== undefined && answer.error !== null;
  // A node that cannot read the request answers with the id null.
  if (answer.id !== id && !(isError && answer.id === null)) {
    throw badAnswer(`its answer carries the id ${quote(answer.id)}, the request had ${id}`);
  }
  if (isError) throw errorFault(answer.error, method);
  if (answer.result === undefined) throw badAnswer("its answer has neither a result nor an error");
  return answer.result;
}

function parseObject(text: string): Record<string, unknown> {
  let answer: unknown;
  try {
    answer = parseForeignJson(text);
  } catch (error) {
    if (error instanceof NestedTooDeeply) throw badAnswer(`its answer cannot be read: ${error.message}`);
    // Not kept as the cause: JSON.parse quotes the text, including secrets, in its message.
    throw badAnswer(text.trim() === "" ? "its answer is empty" : `its answer is not JSON: ${excerpt(text)}`);
  }
  if (!isObject(answer)) throw badAnswer(`its answer is not a JSON-RPC object: ${excerpt(text)}`);
  return answer;
}

function errorFault(error: unknown, method: string): RpcFault {
  if (!isObject(error) || typeof error.code !== "number" || typeof error.message !== "string") {
    return badAnswer(`its answer to ${method} has an error that is not a JSON-RPC error: ${quote(error)}`);
  }
  const { code } = error;
  const said = excerpt(error.message);
  if (method === "getHealth" && code === -32603) {
    return new RpcFault("rpc_unhealthy", `the node reports that it is not healthy: ${said}`, {
      transient: true,
      hints: ["The node is starting or lags behind the network: run again later, or use another RPC endpoint"],
    });
  }
  const message = `it answered ${method} with JSON-RPC error ${code}: ${said}`;
  if (TRANSIENT_CODES.has(code)) {
    return new RpcFault("rpc_error", message, {
      transient: true,
      hints: ["The node is in trouble: run again later, lower --concurrency, or use another RPC endpoint"],
    });
  }
  return new RpcFault(code === METHOD_NOT_FOUND ? "rpc_not_soroban" : "rpc_error", message, {
    transient: false,
    hints: [permanentHint(code)],
  });
}

function permanentHint(code: number): string {
  if (code === METHOD_NOT_FOUND) {
    return "Check that the URL is a Soroban RPC endpoint, not Horizon or the RPC of another chain";
  }
  if (code === INVALID_PARAMS)
    return "The node or its gateway accepts fewer keys or other parameters than stellar-rpc does";
  return "The node rejects the request permanently: use another RPC endpoint, or ask its operator";
}
