import { onChainClientContract } from "../../ports/on-chain-client.contract.js";
import { type SnapshotFormat, snapshotFolder, snapshotText } from "../../support/snapshot-file.js";
import type { TestLedger } from "../../support/test-ledger.js";

const FORMATS: Record<string, SnapshotFormat> = {
  "V1, bare, old integers": { version: 1, wrapped: false, integers: "old" },
  "V1, wrapped, new integers": { version: 1, wrapped: true, integers: "new" },
  "V2, bare, new integers": { version: 2, wrapped: false, integers: "new" },
  "V2, wrapped, old integers": { version: 2, wrapped: true, integers: "old" },
  "compact, bare": { version: "compact" },
};

for (const [name, format] of Object.entries(FORMATS)) {
  const open = async (ledger: TestLedger) => {
    const folder = await snapshotFolder();
    return { client: await folder.open(snapshotText(ledger, format)), close: () => folder.remove() };
  };
  onChainClientContract(`ledger snapshot (${name})`, open, { isStatic: true, tellsPassphrase: false });
}
