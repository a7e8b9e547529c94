/** The files that the recipes for a database and a chain source ask for, by their paths: the least that can be. */
export const TOY_FILES = {
  "src/cli/sources/toy-database.ts": `
import type { DatabaseSource } from "./source.js";
import { namesServer, secretsIn } from "./url-parts.js";

export const toy: DatabaseSource = {
  schemes: ["toydb"],
  forms: ["toydb://…"],
  help: "toydb://…",
  isFile: false,
  isComplete: namesServer,
  secretsOf: (url) => secretsIn(url, ({ pathname }) => [pathname]),
  open: async (url) => (await import("../../adapters/db/toy/open-toy.js")).openToy(url),
  probe: async () => { throw new Error("not looked at"); },
  tablesSql: async () => "",
  signatures: null,
};
`,
  "src/adapters/db/toy/open-toy.ts": `
import { UnavailableError } from "../../../core/errors.js";
import type { DbClient, StreamQuery } from "../../../ports/db-client.js";

const ROW: Readonly<Record<string, string>> = { id: "toy-1", on_chain_id: "1", total_amount: "10", released_amount: "0" };

export function openToy(url: string): DbClient {
  const { host, pathname } = new URL(url);
  if (host === "down") throw new UnavailableError("database_unreachable", \`no \${pathname} at \${url}\`);
  const refuse = async () => { throw new Error("a dry run records nothing"); };
  return {
    getStreams: async ({ columns }: StreamQuery) => ({
      globalCursor: undefined,
      pages: (async function* () { yield [columns.map((name) => ROW[name] ?? null)]; })(),
    }),
    canRecordRuns: refuse,
    createRunTable: refuse,
    updateLastRunStatus: refuse,
    lockRuns: refuse,
    readRuns: refuse,
    close: async () => undefined,
  };
}
`,
  "src/cli/sources/toy-chain.ts": `
import type { ChainSource } from "./source.js";
import { namesServer, secretsIn } from "./url-parts.js";

export const toy: ChainSource = {
  schemes: ["toychain"],
  forms: ["toychain://…"],
  help: "toychain://…",
  isFile: false,
  isComplete: namesServer,
  secretsOf: (url) => secretsIn(url),
  placeOf: (url) => new URL(url).host,
  open: async () => (await import("../../adapters/chain/toy/open-toy.js")).openToy(),
  openHistory: async () => null,
  probe: async () => null,
};
`,
  "src/adapters/chain/toy/open-toy.ts": `
import type { OnChainClient } from "../../../ports/on-chain-client.js";

const LEDGER = 77;

export function openToy(): OnChainClient {
  return {
    maxKeysPerRead: 10,
    describe: async () => ({ passphrase: null, networkId: null, latestLedger: LEDGER, closeTime: null, isStatic: true, readsAtATime: 1 }),
    readEntries: async (keys) => ({ ledger: LEDGER, entries: keys.map(() => null) }),
    latestLedger: async () => ({ ledger: LEDGER, closeTime: null }),
    close: async () => undefined,
  };
}
`,
} as const;
