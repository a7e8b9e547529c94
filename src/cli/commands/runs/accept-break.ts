import { faultText } from "../../../core/records/journal-fault.js";
import { printable } from "../../../report/text/readable.js";
import type { Call } from "../../command-line/declaration.js";
import { refuseMistakes } from "../../command-line/mistakes.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { refuseJournals, type Settled, settleJournals } from "../../records/settle.js";

const REASON_LENGTH_MAX = 2_000;

/** `reconcile-streams runs accept-break`: seals a person's explanation of a broken journal, as it is now. */
export async function acceptBreakCommand(call: Call, io: Io, redactor: Redactor): Promise<number> {
  const reason = readReason(call);
  const settled = await settleJournals(call, io, redactor, {
    status: "BREAK_ACCEPTED",
    choose: (journals) => {
      const broken = journals.filter(({ fault }) => fault !== null);
      if (broken.length > 0) return broken;
      const hint = "Check them with: reconcile-streams runs verify";
      return refuseJournals("nothing_to_explain", "No journal of run records is broken.", [], hint);
    },
    settlementOf: ({ fault: found, asFound }) => ({ state: asFound.state, found, reason, rekey: null }),
  });
  io.stdout.write(redactor.redact(settled.map(tell).join("")));
  return EXIT.inSync;
}

function readReason({ command, options: { reason = "", by } }: Call): string {
  const mistakes: string[] = [];
  if (reason.trim() === "") mistakes.push("--reason: say what happened, and how you know");
  if (reason.length > REASON_LENGTH_MAX) mistakes.push(`--reason: at most ${REASON_LENGTH_MAX} characters`);
  if (by?.trim() === "") mistakes.push("--by: expected a name");
  refuseMistakes(mistakes, command);
  return reason.trim();
}

function tell({ journal: { contractId, fault }, head }: Settled): string {
  const lines = [
    `contract ${contractId}: record ${head.sequence} explains the break`,
    `  ${printable(fault === null ? "" : faultText(fault))}`,
    `  head: record ${head.sequence}, ${head.recordDigest}`,
  ];
  return `${lines.join("\n")}\n`;
}
