// Creates ledger keys from a template: only the eight bytes of the id differ, followed by four bytes of durability.
import { CONTRACT, streamKey } from "../world.mjs";

const template = Buffer.from(streamKey(CONTRACT, 0));
const idAt = template.length - 12;

/** The key of stream `id` in base64. */
export function keyOf(id) {
  template.writeBigUInt64BE(BigInt(id), idAt);
  return template.toString("base64");
}
