import { writeAddress, writeScVal } from "./encode.js";
import type { ScVal } from "./scval.js";
import { XdrWriter } from "./writer.js";

const CONTRACT_DATA = 6;

/** XDR of the LedgerKey of one contract data entry: `LedgerEntryType ‖ contract ‖ key ‖ durability`. */
export function contractDataKey(
  contractId: string,
  key: ScVal,
  durability: "persistent" | "temporary" = "persistent",
): Uint8Array {
  const writer = new XdrWriter();
  writer.u32(CONTRACT_DATA);
  writeAddress(writer, contractId);
  writeScVal(writer, key);
  writer.u32(durability === "temporary" ? 0 : 1);
  return writer.toBytes();
}

/** The one entry that holds a contract's instance storage. */
export function instanceKey(contractId: string): Uint8Array {
  return contractDataKey(contractId, { type: "ledger_key_contract_instance" });
}
