import type { NodeDescription, NodeProbe } from "../../../ports/node-probe.js";
import type { ReadOptions } from "../../../ports/on-chain-client.js";
import { readUint32 } from "./answer-numbers.js";
import { parseRpcEndpoint } from "./http/endpoint.js";
import { HttpTransport } from "./http/http-transport.js";
import { RpcFault } from "./http/rpc-fault.js";
import { isObject } from "./json-rpc.js";
import { readNetwork } from "./network-answers.js";
import type { SorobanRpcOptions } from "./open-soroban-rpc.js";
import { type RpcCall, RpcCaller } from "./rpc-caller.js";

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_ATTEMPTS = 3;

/** @throws ConfigurationError if the URL is not valid */
export function probeSorobanRpc(url: string, options: Pick<SorobanRpcOptions, "clock" | "random">): NodeProbe {
  const endpoint = parseRpcEndpoint(url);
  const limits = { requestTimeoutMs: REQUEST_TIMEOUT_MS, connections: 1, maxAnswerBytes: MAX_ANSWER_BYTES };
  const transport = new HttpTransport(endpoint, limits);
  const caller = new RpcCaller(endpoint, transport, { maxAttempts: MAX_ATTEMPTS, ...options }, 1);
  const call = <T>(method: string, read: RpcCall<T>["read"], { signal }: ReadOptions): Promise<T> =>
    caller.call({ method, params: null, read }, signal ?? new AbortController().signal);
  return {
    async describe(read: ReadOptions = {}): Promise<NodeDescription> {
      const network = await call("getNetwork", readNetworkAnswer, read);
      const version = await orNull(call("getVersionInfo", readVersion, read));
      return {
        passphrase: network.passphrase,
        protocol: network.protocol ?? version?.protocol ?? null,
        version: version?.version ?? null,
      };
    },
    async oldestLedger(read: ReadOptions = {}): Promise<number | null> {
      return call("getHealth", (result) => (isObject(result) ? readUint32(result.oldestLedger) : null), read);
    },
    close: () => transport.close(),
  };
}

/** Older nodes do not know the method. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "rpc_not_soroban") return null;
    throw error;
  }
}

function readNetworkAnswer(result: unknown) {
  return { passphrase: readNetwork(result), protocol: isObject(result) ? protocolOf(result.protocolVersion) : null };
}

/** Newer nodes append the commit to their version. */
const COMMIT = /-[0-9a-f]{40}$/;

/** Names are in camelCase; older nodes use snake_case (docs/contract-facts.md#a-nodes-version). */
function readVersion(result: unknown): { version: string | null; protocol: number | null } {
  if (!isObject(result)) {
    throw new RpcFault("rpc_bad_answer", "its result of getVersionInfo is not an object", { transient: false });
  }
  const { version } = result;
  const protocol = protocolOf(result.protocolVersion ?? result.protocol_version);
  return {
    version: typeof version === "string" && version !== "" ? version.replace(COMMIT, "").slice(0, 60) : null,
    protocol,
  };
}

const protocolOf = (value: unknown): number | null => readUint32(value);
