import { distance } from "fastest-levenshtein";
import type { DbClient, StreamQuery } from "../../ports/db-client.js";
import type { Settings } from "../config/settings.js";

/** How many ids are compared with a mistyped one: a suggestion is not worth a read of a whole large table. */
const IDS_AT_MOST = 20_000;
const SUGGESTIONS = 3;

/**
 * Ids of the table that may have been meant: those of the stream whose on-chain id was given, then those that are few
 * letters away.
 */
export async function suggestIds(
  asked: string,
  db: DbClient,
  { mapping }: Settings["database"],
  query: StreamQuery,
  signal: AbortSignal,
): Promise<string[]> {
  const idsOnly = { ...query, columns: [mapping.streamId] };
  const digits = /^\D*?(\d{1,39})$/.exec(asked)?.[1];
  const byChain: string[] = [];
  if (digits !== undefined) {
    const only = { column: mapping.onChainId, values: [BigInt(digits).toString()] };
    for await (const id of idsOf(await db.getStreams({ ...idsOnly, only }, signal))) byChain.push(id);
  }
  const near: { readonly id: string; readonly steps: number }[] = [];
  const most = Math.max(2, Math.floor(asked.length / 3));
  let seen = 0;
  for await (const id of idsOf(await db.getStreams(idsOnly, signal))) {
    const steps = distance(asked.toLowerCase(), id.toLowerCase());
    if (steps <= most) near.push({ id, steps });
    seen += 1;
    if (seen === IDS_AT_MOST) break;
  }
  near.sort((a, b) => a.steps - b.steps);
  return [...new Set([...byChain, ...near.map(({ id }) => id)])].slice(0, SUGGESTIONS);
}

async function* idsOf({ pages }: Awaited<ReturnType<DbClient["getStreams"]>>): AsyncGenerator<string> {
  for await (const page of pages) {
    for (const [id] of page) if (id !== null && !(id instanceof Uint8Array)) yield String(id);
  }
}
