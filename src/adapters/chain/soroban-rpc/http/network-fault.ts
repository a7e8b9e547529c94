import { badAnswer, RpcFault } from "./rpc-fault.js";

/** TLS trust problems: the next attempt gets the same certificate. */
const CERTIFICATE_CODES = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/;
const NOT_TLS_CODES = new Set(["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG"]);
/** Bugs of this program rather than network failures: they must surface as such. */
const BUG_CODES = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_INVALID_RETURN_VALUE", "UND_ERR_NOT_SUPPORTED"]);
/** A name that does not resolve is usually a typo; rarely, the resolver is not ready yet. */
const UNKNOWN_HOST_ATTEMPTS = 3;

/** Classifies an error of undici. Anything that does not look like a network failure is returned unchanged. */
export function networkFault(error: unknown, maxAnswerBytes: number): unknown {
  // Recognised by name, as its code may be missing; not kept as the cause, as it contains what the server sent.
  if (error instanceof Error && error.name === "HTTPParserError") return badAnswer("its answer is not HTTP");
  const code = codeOf(error);
  if (code === null || BUG_CODES.has(code)) return error;
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return new RpcFault("rpc_bad_answer", `the answer is larger than ${maxAnswerBytes} bytes`, {
      transient: false,
      hints: ["Soroban RPC answers are never that large: check what the URL points to"],
      cause: error,
    });
  }
  if (code === "ENOTFOUND") {
    return new RpcFault("rpc_unreachable", "the host name is unknown (ENOTFOUND)", {
      transient: true,
      attemptsAtMost: UNKNOWN_HOST_ATTEMPTS,
      hints: ["Check the spelling of the host name in the RPC URL, and this machine's DNS"],
      cause: error,
    });
  }
  if (CERTIFICATE_CODES.test(code)) {
    return new RpcFault("rpc_unreachable", `its TLS certificate is not trusted (${code})`, {
      transient: false,
      hints: ["For a private certificate authority, set NODE_EXTRA_CA_CERTS to its certificate file"],
      cause: error,
    });
  }
  if (NOT_TLS_CODES.has(code)) {
    return new RpcFault("rpc_unreachable", `the port does not speak TLS (${code})`, {
      transient: false,
      hints: ["Check the port, and whether the RPC URL should start with http:// rather than https://"],
      cause: error,
    });
  }
  return new RpcFault("rpc_unreachable", `the connection failed (${code})`, {
    transient: true,
    hints: ["Check that the node is running, the URL's host and port, and any firewall on the way"],
    cause: error,
  });
}

/** The code of a socket error, which undici may wrap. Not instanceof: other realms have their own Error. */
function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : null;
}
