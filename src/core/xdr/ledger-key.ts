import { writeAddress, writeScVal } from "./encode.js";
import type { ScVal } from "./scval.js";
import { XdrWriter } from "./writer.js";

const CONTRACT_DATA = 6;

/** XDR of a contract data entry's LedgerKey: `LedgerEntryType ‖ contract ‖ key ‖ durability`. */
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

/** XDR of the LedgerKey of a contract's instance entry. */
export function instanceKey(contractId: string): Uint8Array {
  return contractDataKey(contractId, { type: "ledger_key_contract_instance" });
}
