import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../fixtures/demo/", import.meta.url));

/** The bundled demo: what a run uses when neither a database nor a chain is configured. */
export const DEMO = {
  database: `sqlite:${folder}streams.db`,
  chain: `snapshot:${folder}ledger.json`,
  contractId: "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526",
} as const;
