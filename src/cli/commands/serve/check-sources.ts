import { planRows } from "../../../core/rules/mapping.js";
import { checkNetwork } from "../../config/networks.js";
import type { Settings } from "../../config/settings.js";
import type { Io } from "../../process/io.js";
import { streamQuery } from "../../reconciliation/stream-query.js";
import { openChain } from "../../sources/chains.js";
import { openDb } from "../../sources/databases.js";

/** A side that takes longer counts as unreadable. */
const LIMIT_MS = 5_000;

/**
 * Reads a little of both sides: the database's tables, columns and first row, the chain's health and network.
 * @throws what kept a side from being read
 */
export async function checkSources(settings: Settings, io: Io): Promise<void> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  await Promise.all([checkDb(settings, signal), checkChain(settings, io, signal)]);
}

async function checkDb(settings: Settings, signal: AbortSignal): Promise<void> {
  const db = await openDb(settings.database.url);
  try {
    const plan = planRows(settings.database.mapping, settings.contract.layout);
    // A query for no ids at all: an answer without rows proves as much.
    await db.getStreams({ ...streamQuery(settings, plan, { by: "onChainId", values: [] }), pageSize: 1 }, signal);
  } finally {
    await db.close();
  }
}

async function checkChain(settings: Settings, io: Io, signal: AbortSignal): Promise<void> {
  const chain = await openChain(settings.chain, io);
  try {
    checkNetwork(await chain.describe({ signal }), settings.contract.passphrase);
  } finally {
    await chain.close();
  }
}
