import type { RecordKey, Seals } from "../../core/records/journal.js";
import type { AuthSettings } from "../config/auth.js";

/** Enough to tell the keys of one installation apart. */
const KEY_ID_DIGITS = 16;

/** The digests and keys of run records. Loads node:crypto only when there is a record. */
export async function sealsOf({
  recordKey,
  previousRecordKeys,
}: Pick<AuthSettings, "recordKey" | "previousRecordKeys">): Promise<Seals> {
  const { createHash, createHmac, timingSafeEqual } = await import("node:crypto");
  const toKey = (secret: string): RecordKey => {
    const sign = (text: string) => createHmac("sha256", secret).update(text).digest("hex");
    return {
      id: sign("reconcile-streams-record-key-v1").slice(0, KEY_ID_DIGITS),
      sign,
      fits(text, hmac) {
        const [expected, given] = [Buffer.from(sign(text)), Buffer.from(hmac)];
        return expected.length === given.length && timingSafeEqual(expected, given);
      },
    };
  };
  return {
    digest: (text) => createHash("sha256").update(text).digest("hex"),
    current: recordKey === null ? null : toKey(recordKey),
    previous: previousRecordKeys.map(toKey),
  };
}
