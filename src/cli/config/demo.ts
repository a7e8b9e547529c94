import { fileURLToPath } from "node:url";
import { packageFile } from "../package-files.js";

const folder = fileURLToPath(packageFile("fixtures/demo/"));

export const DEMO_NOTICE = "Nothing is configured: this is the bundled demo, not your data.\n";

/** The bundled demo: what a run uses when neither a database nor a chain is configured. */
export const DEMO = {
  database: `sqlite:${folder}streams.db`,
  chain: `snapshot:${folder}ledger.json`,
  contractId: "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526",
} as const;
