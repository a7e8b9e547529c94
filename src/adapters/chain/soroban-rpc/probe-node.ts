import type { NodeDescription, NodeProbe } from "../../../ports/node-probe.js";
import type { ReadOptions } from "../../../ports/on-chain-client.js";
import { isObject, readUint32 } from "./answers/answer-values.js";
import { readNetwork } from "./answers/network-answers.js";
import { excerpt } from "./http/endpoint.js";
import { RpcFault } from "./http/rpc-fault.js";
import { type RpcCall, RpcCaller, type SorobanRpcOptions } from "./rpc-caller.js";

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_ATTEMPTS = 3;

/** @throws ConfigurationError if the URL is not valid */
export function probeSorobanRpc(url: string, options: Pick<SorobanRpcOptions, "clock" | "random">): NodeProbe {
  const caller = new RpcCaller(url, { ...options, maxAttempts: MAX_ATTEMPTS, maxAnswerBytes: MAX_ANSWER_BYTES });
  const call = <T>(method: string, read: RpcCall<T>["read"], { signal }: ReadOptions): Promise<T> =>
    caller.call({ method, params: null, read }, signal);
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
    close: () => caller.close(),
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
  return { passphrase: readNetwork(result), protocol: isObject(result) ? readUint32(result.protocolVersion) : null };
}

/** Newer nodes append the commit to their version. */
const COMMIT = /-[0-9a-f]{40}$/;

/** Names are in camelCase; older nodes use snake_case (docs/contract-facts.md#a-nodes-version). */
function readVersion(result: unknown): { version: string | null; protocol: number | null } {
  if (!isObject(result)) {
    throw new RpcFault("rpc_bad_answer", "its result of getVersionInfo is not an object", { transient: false });
  }
  const { version } = result;
  const protocol = readUint32(result.protocolVersion ?? result.protocol_version);
  return {
    version: typeof version === "string" && version !== "" ? excerpt(version.replace(COMMIT, "")) : null,
    protocol,
  };
}
