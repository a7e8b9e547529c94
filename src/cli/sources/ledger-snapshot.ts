import type { ChainSource } from "./source.js";
import { fileSource, pathIn } from "./url-parts.js";

export const ledgerSnapshot: ChainSource = {
  ...fileSource("snapshot"),
  placeOf: pathIn,
  open: async ({ url }) =>
    (await import("../../adapters/chain/ledger-snapshot/open-ledger-snapshot.js")).openLedgerSnapshot(pathIn(url)),
  openHistory: async () => null,
  probe: async () => null,
};
