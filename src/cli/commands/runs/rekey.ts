import { ConfigurationError } from "../../../core/errors.js";
import { faultText } from "../../../core/records/journal-fault.js";
import type { Call } from "../../command-line/declaration.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import type { ReadJournal } from "../../records/read-journals.js";
import { refuseJournals, type Settled, settleJournals } from "../../records/settle.js";

/** `reconcile-streams runs rekey`: seals with auth.recordKey that it is taken into use, and after which record. */
export async function rekeyCommand(call: Call, io: Io, redactor: Redactor): Promise<number> {
  const settled = await settleJournals(call, io, redactor, {
    status: "REKEYED",
    choose: (journals, hasKey) => {
      if (!hasKey) throw noKey();
      return toRekey(journals);
    },
    settlementOf: ({ asFound }) => ({
      ...{ state: asFound.state, found: null, reason: null },
      rekey: asFound.beforeKey,
    }),
  });
  io.stdout.write(redactor.redact(settled.map(tell).join("")));
  return EXIT.inSync;
}

function toRekey(journals: readonly ReadJournal[]): ReadJournal[] {
  const broken = journals.filter(({ fault, asFound }) => fault !== null && !asFound.isOnlyUnkeyed);
  if (broken.length > 0) {
    const details = broken.map(({ contractId, fault }) => `contract ${contractId}: ${fault && faultText(fault)}`);
    const hint = "Explain what happened first, which takes the key into use, too: reconcile-streams runs accept-break";
    return refuseJournals("journal_broken", "A journal of run records is broken.", details, hint);
  }
  const chosen = journals.filter(({ fault, records, unsealed }) => fault !== null || (records === 0 && unsealed > 0));
  if (chosen.length > 0) return chosen;
  const message = "There is no journal in which auth.recordKey is still to be taken into use.";
  return refuseJournals("nothing_to_rekey", message, [], "Check them with: reconcile-streams runs verify");
}

function noKey(): ConfigurationError {
  return new ConfigurationError("record_key_missing", "There is no auth.recordKey to take into use.", {
    hints: [`Set auth.recordKey in the configuration file, for example to "\${NAME}" from the environment.`],
  });
}

function tell({ journal: { contractId }, settlement, head }: Settled): string {
  const { from, last } = settlement.rekey ?? { from: null, last: null };
  const before = from === null ? "records without a key" : `records with key ${from}`;
  const lines = [
    `contract ${contractId}: record ${head.sequence} takes auth.recordKey into use`,
    `  before it: ${before}${last === null ? "" : `, the last is record ${last.sequence}`}`,
    `  head: record ${head.sequence}, ${head.recordDigest}`,
  ];
  return `${lines.join("\n")}\n`;
}
