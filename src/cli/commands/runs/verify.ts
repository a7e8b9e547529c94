import type { Explanation, JournalCheck } from "../../../core/records/journal-check.js";
import type { JournalFault } from "../../../core/records/journal-fault.js";
import { count, printable } from "../../../report/text/readable.js";
import { inertJson } from "../../../report/text/workflow-commands.js";
import type { Call } from "../../command-line/declaration.js";
import { resolveRunStore } from "../../config/resolve.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { readJournals } from "../../records/read-journals.js";
import { orUnverified, readRecordOptions } from "../../records/record-options.js";
import { sealsOf } from "../../records/record-seals.js";

/** The result, as the JSON output shows it. */
interface Verification {
  readonly status: "VERIFIED" | "BROKEN" | "UNVERIFIED";
  readonly exitCode: number;
  /** Each contract's journal, under the key that other programs rely on. */
  readonly chains: readonly JournalCheck[];
  /** Whether the head given with --expect-head exists; null: none was given. */
  readonly expectedHeadFound: boolean | null;
}

/** `reconcile-streams runs verify`: checks every journal and names its first record that was tampered with. */
export async function runsVerifyCommand(call: Call, io: Io, { hide, redact }: Redactor): Promise<number> {
  const { format, expectHead } = readRecordOptions(call);
  const store = await resolveRunStore({ ...io, options: call.options, hide });
  const seals = await sealsOf(store.auth);
  let found = false;
  const journals = await orUnverified(() =>
    // Only the flag limits what is verified: a configuration names its contract for other reasons.
    readJournals(store.url, call.options.contract?.trim() ?? null, seals, {
      onRecord: (_run, digest) => {
        found ||= digest === expectHead;
      },
    }),
  );
  const chains = journals.map(({ asFound: _asFound, ...check }) => check);
  const verification = redact(conclude(chains, expectHead === null ? null : found));
  const text =
    format === "json"
      ? `${inertJson(JSON.stringify(verification, null, 2))}\n`
      : tell(verification, expectHead, seals.current === null);
  io.stdout.write(text);
  return verification.exitCode;
}

function conclude(chains: readonly JournalCheck[], expectedHeadFound: boolean | null): Verification {
  const isBroken = chains.some(({ fault }) => fault !== null) || expectedHeadFound === false;
  if (isBroken) return { status: "BROKEN", exitCode: EXIT.drift, chains, expectedHeadFound };
  const isVerified = chains.length > 0 && chains.every(({ unproved }) => unproved === null);
  return isVerified
    ? { status: "VERIFIED", exitCode: EXIT.inSync, chains, expectedHeadFound }
    : { status: "UNVERIFIED", exitCode: EXIT.incomplete, chains, expectedHeadFound };
}

function tell(
  { status, chains, expectedHeadFound }: Verification,
  expectHead: string | null,
  isKeyless: boolean,
): string {
  const lines = chains.flatMap(journalLines);
  const isUnkeyed = chains.some(({ fault }) => fault?.kind === "unkeyed");
  if (chains.length === 0) lines.push("There are no run records.");
  if (expectedHeadFound === false)
    lines.push(`The head ${expectHead} does not exist: records were removed or altered.`);
  if (expectedHeadFound === true) lines.push("The expected head exists.");
  lines.push(...conclusion(status, isKeyless, isUnkeyed));
  return `${lines.join("\n")}\n`;
}

function conclusion(status: Verification["status"], isKeyless: boolean, isUnkeyed: boolean): string[] {
  if (status === "BROKEN") {
    const rekey = "→ If auth.recordKey was set or replaced since, say so: reconcile-streams runs rekey";
    return [
      "BROKEN: the records are not the ones that were written.",
      '→ Leave the tables as they are, and see docs/runbook.md, "A record was altered".',
      ...(isUnkeyed ? [rekey] : []),
      "→ Once you know what happened, explain it: reconcile-streams runs accept-break --reason …",
    ];
  }
  if (status === "UNVERIFIED") return ["UNVERIFIED: nothing wrong was found, but nothing is proved."];
  if (!isKeyless) return ["VERIFIED"];
  return [
    "VERIFIED by digests alone: without auth.recordKey, anyone who can write to the table can forge a consistent journal.",
  ];
}

function journalLines(check: JournalCheck): string[] {
  const { contractId, records, unsealed, proved, fault, explained, unproved, anchor } = check;
  const before = unsealed === 0 ? "" : `, ${unsealed} older than sealing`;
  const lines = [`contract ${contractId}: ${count(records, "record")}${before}, ${proved} proved by an HMAC`];
  const breaks = explained.filter(({ rekey }) => rekey === null);
  if (breaks.length > 0) lines.push(`  ${count(breaks.length, "break")} explained:`, ...breaks.map(breakLine));
  for (const { sequence, at, by, rekey } of explained) {
    if (rekey === null) continue;
    const before = rekey.from === null ? "without a key" : `with key ${rekey.from}`;
    lines.push(printable(`  key taken into use: record ${sequence}, ${at}, by ${by}; records before it are ${before}`));
  }
  if (fault !== null) lines.push(...faultLines(fault));
  if (unproved !== null) lines.push(`  not proved: ${unproved}`);
  if (anchor !== null) lines.push(`  head: record ${anchor.sequence}, ${anchor.digest}`);
  return lines;
}

function breakLine({ sequence, at, by, reason, found }: Explanation): string {
  const what = found === null ? "" : ` (${found.kind}: ${found.what})`;
  return printable(`    record ${sequence}, ${at}, by ${by}: ${reason}${what}`);
}

function faultLines({ kind, sequence, runId, startedAt, what }: JournalFault): string[] {
  const record = sequence === null ? (runId === null ? null : "a record without a number") : `record ${sequence}`;
  const subject = record ?? "the journal";
  const run = runId === null ? "" : `, run ${runId}, started ${startedAt}`;
  return [`  ${kind}: ${subject}${run}`, `    ${what}`].map(printable);
}
