import type { Catalogue } from "./explanation.js";

/** Why a request to the node failed, after every retry. */
export const REQUEST_ERRORS = {
  rpc_unreachable: {
    title: "the node cannot be reached",
    meaning: "No connection: host, port, certificate, network.",
    action: "Try the URL with `curl` from this machine. If that does not work either, use another node.",
  },
  rpc_timeout: {
    title: "the node did not answer in time",
    meaning: "No complete answer in time.",
    action: "Lower `--concurrency`, and run again. If it stays, use another node.",
  },
  rpc_rate_limited: {
    title: "the node limits its callers",
    meaning: "HTTP 429, after every retry.",
    action: "Run again with `--concurrency 1`, wait for the limit to pass, or use a node with a higher limit.",
  },
  rpc_http_error: {
    title: "an HTTP error",
    meaning: "Another HTTP status that is no success.",
    action:
      "404: the URL's path is wrong. 413: a gateway limits the size of requests. 5xx: run again later, or use another node.",
  },
  rpc_bad_answer: {
    title: "no JSON-RPC answer",
    meaning: "An answer that is no JSON-RPC: HTML, a truncated body, a wrong shape.",
    action: "Ask the URL with `curl`: a login page or a gateway may be what answers. Use the URL of the RPC itself.",
  },
  rpc_error: {
    title: "the node answered with an error",
    meaning: "The node answered with an error.",
    action: "The message quotes it. Run again; if it stays, use another node, or give the text to who runs this one.",
  },
  rpc_not_soroban: {
    title: "no Soroban RPC",
    meaning: "The endpoint does not know the method: it is no Soroban RPC.",
    action: "Horizon is another service. Give the URL of a Soroban (Stellar) RPC as `--chain`.",
  },
  rpc_unhealthy: {
    title: "the node is not healthy",
    meaning: "The node says that it is not healthy.",
    action: "It is catching up, usually: run again in some minutes, or use another node.",
  },
  rpc_ledger_went_back: {
    title: "the node went back",
    meaning: "The node answered at an older ledger than one that was already seen.",
    action: "A balancer sends requests to nodes of different height: use one node, or one that pins its callers.",
  },
  rpc_credentials_refused: {
    title: "the node refuses the credentials",
    meaning: "HTTP 401 or 403. Before the first answer this ends the run with exit code 2.",
    action: "Check the key in the URL, and whether it has expired. In CI, see that the secret reaches this job.",
  },
  rpc_closed: {
    title: "the connection was closed",
    meaning: "The connection was closed while a read was under way.",
    action: "The run was being stopped. Run again to the end.",
  },
  history_incomplete: {
    title: "the node's history ends early",
    meaning: "`inspect` only: the node did not give all events or transactions of the ledgers that it was asked for.",
    action: "Everything else that is shown still holds. Use another node, or run again later.",
  },
} satisfies Catalogue;
