import * as z from "zod";
import type { KeyTemplate } from "../../../core/contract/layout.js";
import { isList, keyValue } from "../../../core/contract/stream-key.js";
import { encodeScVal } from "../../../core/xdr/encode.js";

const ATOM_TYPES = ["u32", "u64", "i128", "symbol", "string", "address"] as const;

const keyNumber = z.union([z.literal("$id"), z.string().regex(/^\d+$/)]);

/** A storage key of the contract; `$id` marks where a stream's id goes. */
export const keyTemplate: z.ZodType<KeyTemplate> = z.lazy(() =>
  z.union(
    [
      z.string().min(1),
      z.strictObject({ u32: keyNumber }),
      z.strictObject({ u64: keyNumber }),
      z.strictObject({ i128: keyNumber }),
      z.strictObject({ symbol: z.string() }),
      z.strictObject({ string: z.string() }),
      z.strictObject({ address: z.string() }),
      z.array(keyTemplate),
    ],
    {
      error: `a part of a key is a text (a symbol), a list (a vector), or an object with one of ${ATOM_TYPES.join(", ")}; numbers are "$id" or digits in quotes`,
    },
  ),
);

/** Ids are numbers. */
const ID_TYPES = ["u32", "u64", "i128"];

/** What is wrong with a stream's key; null if it is valid. */
export function faultOfStreamKey(key: KeyTemplate): string | null {
  const withId = partsOf(key).filter(([, text]) => text.includes("$id"));
  const [textual] = withId.find(([type]) => !ID_TYPES.includes(type)) ?? [];
  if (textual !== undefined) {
    const types = ID_TYPES.map((type) => `{ "${type}": "$id" }`).join(", ");
    return `"$id" cannot be a ${textual}: ids are numbers, written as one of ${types}`;
  }
  if (withId.length > 0) return faultOnTheNetwork(key);
  return 'the key must hold the stream\'s id: write "$id" where it belongs, as in ["Stream", {"u64": "$id"}]';
}

/** What is wrong with the counter's key; null if it is valid. */
export function faultOfCounterKey(key: KeyTemplate): string | null {
  const hasId = partsOf(key).some(([, text]) => text.includes("$id"));
  return hasId ? 'all streams share one counter, so its key cannot contain "$id"' : faultOnTheNetwork(key);
}

/** Catches values that the network cannot encode before the first stream is read. */
function faultOnTheNetwork(key: KeyTemplate): string | null {
  try {
    encodeScVal(keyValue(key, 0n));
    return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}

/** The texts and numbers in a key, each with its type. */
function partsOf(key: KeyTemplate): (readonly [type: string, text: string])[] {
  if (typeof key === "string") return [["symbol", key]];
  if (isList(key)) return key.flatMap(partsOf);
  return Object.entries(key);
}
