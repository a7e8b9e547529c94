import { ConfigurationError } from "../../core/errors.js";
import type { Settlement } from "../../core/records/journal-note.js";
import type { RunRecord } from "../../core/records/run-record.js";
import type { DbClient } from "../../ports/db-client.js";
import type { Call } from "../command-line/declaration.js";
import { resolveRunStore } from "../config/resolve.js";
import type { Io } from "../process/io.js";
import type { Redactor } from "../process/redactor.js";
import { TOOL_VERSION } from "../process/version.js";
import { openDb } from "../sources/databases.js";
import { journalsIn, type ReadJournal } from "./read-journals.js";
import { sealsOf } from "./record-seals.js";
import { RunLog } from "./run-log.js";

/** What a command does with journals that a person has to vouch for. */
export interface Settling {
  readonly status: Extract<RunRecord["status"], "BREAK_ACCEPTED" | "REKEYED">;
  /** Which of the journals to settle. @throws ConfigurationError if none is to be, or one must not be */
  choose(journals: readonly ReadJournal[], hasKey: boolean): readonly ReadJournal[];
  settlementOf(journal: ReadJournal): Settlement;
}

export interface Settled {
  readonly journal: ReadJournal;
  readonly settlement: Settlement;
  readonly head: { readonly sequence: string; readonly recordDigest: string };
}

/** Appends a record to each chosen journal that vouches for it as it is. No run is recorded meanwhile. */
export async function settleJournals(
  { options }: Call,
  io: Io,
  { hide }: Redactor,
  { status, choose, settlementOf }: Settling,
): Promise<Settled[]> {
  const store = await resolveRunStore({ ...io, options, hide });
  const seals = await sealsOf(store.auth);
  // Only the flag limits what is settled, as for `runs verify`.
  const only = options.contract?.trim() ?? null;
  const db = await openDb(store.url);
  try {
    const log = await RunLog.check(db, seals);
    const settled: Settled[] = [];
    const chosen = choose(await journalsIn(db, only, seals), seals.current !== null);
    for (const { contractId } of chosen) {
      const { identity } = store.auth;
      const record = { ...newRecord(io, contractId, options.by), status, ...(identity ?? {}) };
      await locked(db, record, io, async () => {
        // A run may have been recorded before the lock was taken.
        for (const journal of choose(await journalsIn(db, contractId, seals), true)) {
          const settlement = settlementOf(journal);
          settled.push({ journal, settlement, head: await log.settle(record, settlement) });
        }
      });
    }
    return settled;
  } finally {
    await db.close();
  }
}

async function locked(db: DbClient, record: RunRecord, io: Io, work: () => Promise<void>): Promise<void> {
  const lock = await db.lockRuns({ ...record, clock: io.clock });
  try {
    await work();
  } finally {
    await lock.release();
  }
}

/** The record of no run. */
function newRecord(io: Io, contractId: string, by: string | undefined): Omit<RunRecord, "status"> {
  const now = new Date(io.clock.now()).toISOString();
  const nothing = { network: null, ledgerFirst: null, ledgerLast: null, summary: null, report: null, exitCode: null };
  return {
    ...nothing,
    runId: io.newRunId(),
    startedAt: now,
    finishedAt: now,
    scope: "journal",
    requestedBy: by?.trim() || io.userName(),
    service: null,
    keyId: null,
    toolVersion: TOOL_VERSION,
    contractId,
  };
}

/** @throws ConfigurationError that lists every journal that must not be settled */
export function refuseJournals(
  code: "nothing_to_explain" | "nothing_to_rekey" | "journal_broken",
  message: string,
  details: readonly string[],
  hint: string,
): never {
  throw new ConfigurationError(code, message, { details, hints: [hint] });
}
