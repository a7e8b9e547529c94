// Ledger keys by template: they differ in the eight bytes of the id alone, and end in four bytes of durability.
import { CONTRACT, streamKey } from "../world.mjs";

const template = Buffer.from(streamKey(CONTRACT, 0));
const idAt = template.length - 12;

/** The key of stream `id`, as base64. */
export function keyOf(id) {
  template.writeBigUInt64BE(BigInt(id), idAt);
  return template.toString("base64");
}
