import type { ChainSource } from "./source.js";
import { namesServer, secretsIn } from "./url-parts.js";

/** Shorter parts of a path (`rpc`, `soroban`) are words, not keys. */
const SHORTEST_KEY = 8;
/** Beside a password this is a name (`user`, `admin`), not a key. */
const NAME = /^[a-z]{1,7}$/i;

export const sorobanRpc: ChainSource = {
  schemes: ["http", "https"],
  forms: ["http(s)://…"],
  help: "http(s)://… of a Soroban RPC",
  isFile: false,
  isComplete: (url) => namesServer(url) && URL.canParse(url),
  // A node's key is often part of the path, a query parameter or the user name.
  secretsOf: (url) =>
    secretsIn(url, ({ username, password, search, searchParams, pathname }) => [
      ...(password !== "" && NAME.test(username) ? [] : [username]),
      search,
      ...searchParams.values(),
      ...[pathname, ...pathname.split("/")].filter((part) => part.length >= SHORTEST_KEY),
    ]),
  placeOf: (url) => new URL(url).origin,
  open: async ({ url, concurrency }, { clock, random }) => {
    const { openSorobanRpc } = await import("../../adapters/chain/soroban-rpc/open-soroban-rpc.js");
    return openSorobanRpc(url, { clock, random, concurrency });
  },
  openHistory: async ({ url, concurrency }, { clock, random }) => {
    const { openRpcHistory } = await import("../../adapters/chain/soroban-rpc/open-rpc-history.js");
    return openRpcHistory(url, { clock, random, concurrency });
  },
  probe: async (url, { clock, random }) => {
    const { probeSorobanRpc } = await import("../../adapters/chain/soroban-rpc/probe-node.js");
    return probeSorobanRpc(url, { clock, random });
  },
};
