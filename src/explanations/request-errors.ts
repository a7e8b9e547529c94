import type { Catalogue } from "./explanation.js";

/** Why a request to the node failed, after every retry. */
export const REQUEST_ERRORS = {
  rpc_unreachable: {
    title: "the node cannot be reached",
    meaning: "The connection failed: host, port, certificate or network.",
    action: "Try the URL with `curl` from this machine. If that does not work either, use another node.",
  },
  rpc_timeout: {
    title: "the node did not answer in time",
    meaning: "The node gave no complete answer in time.",
    action: "Lower `--concurrency` and run again. If that does not help, use another node.",
  },
  rpc_rate_limited: {
    title: "the node limits its callers",
    meaning: "The node still answered HTTP 429 after every retry.",
    action: "Run again with `--concurrency 1`, wait for the limit to pass, or use a node with a higher limit.",
  },
  rpc_http_error: {
    title: "an HTTP error",
    meaning: "The node answered with another HTTP error status.",
    action:
      "404: the URL's path is wrong. 413: a gateway limits the size of requests. 5xx: run again later, or use another node.",
  },
  rpc_bad_answer: {
    title: "the answer is not JSON-RPC",
    meaning:
      "The answer is not JSON-RPC: HTML, a truncated body, the wrong structure, or one that is nested beyond all reason.",
    action: "Try the URL with `curl`: a login page or a gateway may be answering. Use the URL of the RPC itself.",
  },
  rpc_error: {
    title: "the node answered with an error",
    meaning: "The node answered with an error.",
    action:
      "The message quotes the error. Run again; if it persists, use another node, or report the text to the node's operator.",
  },
  rpc_not_soroban: {
    title: "not a Soroban RPC",
    meaning: "The endpoint does not know the method, so it is not a Soroban RPC.",
    action: "Set `--chain` to the URL of a Soroban (Stellar) RPC. Horizon is a different service.",
  },
  rpc_unhealthy: {
    title: "the node is not healthy",
    meaning: "The node reports that it is not healthy.",
    action: "Usually it is catching up: run again in a few minutes, or use another node.",
  },
  rpc_ledger_went_back: {
    title: "the node went back to an older ledger",
    meaning: "The node answered at an older ledger than in an earlier answer.",
    action:
      "A load balancer spreads requests over nodes at different ledgers: use one node, or a balancer with sticky sessions.",
  },
  rpc_credentials_refused: {
    title: "the node refuses the credentials",
    meaning: "The node answered HTTP 401 or 403. Before any successful answer, this ends the run with exit code 2.",
    action: "Check the key in the URL, and whether it has expired. In CI, check that this job receives the secret.",
  },
  rpc_closed: {
    title: "the connection was closed",
    meaning: "The connection was closed during a read.",
    action: "The run was being stopped. Let another run finish.",
  },
  history_incomplete: {
    title: "the node's history ends early",
    meaning: "`inspect` only: the node did not return all events or transactions of the requested ledgers.",
    action: "The rest of the output is still valid. Use another node, or run again later.",
  },
} satisfies Catalogue;
