// Reads rows in order of the on-chain id, a page at a time, as arrays of the driver's values.
import { COLUMNS } from "../world.mjs";

/** Yields the first `count` rows in pages of at most `pageSize`. */
export async function* pages(url, count, pageSize) {
  const read = url.startsWith("sqlite:") ? await sqlite(url) : await postgres(url);
  let after = 0;
  for (let left = count; left > 0; ) {
    const page = await read(after, Math.min(pageSize, left));
    if (page.length === 0) break;
    yield page;
    after = page.at(-1)[1];
    left -= page.length;
  }
  await read(null);
}

async function sqlite(url) {
  const { default: Database } = await import("libsql");
  const db = new Database(url.slice("sqlite:".length), { readonly: true });
  const select = db.prepare(`SELECT ${COLUMNS} FROM streams WHERE on_chain_id > ? ORDER BY on_chain_id LIMIT ?`);
  return (after, limit) => (after === null ? db.close() : select.raw().all(after, limit));
}

async function postgres(url) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const text = `SELECT ${COLUMNS} FROM streams WHERE on_chain_id > $1 ORDER BY on_chain_id LIMIT $2`;
  return async (after, limit) => {
    if (after === null) return client.end();
    return (await client.query({ name: "page", text, values: [after, limit], rowMode: "array" })).rows;
  };
}
