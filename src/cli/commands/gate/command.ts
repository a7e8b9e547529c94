import { type GateDecision, gate } from "../../../core/records/deploy-gate.js";
import type { RunColumns } from "../../../core/records/run-columns.js";
import { JournalVerifier } from "../../../core/records/verify-journal.js";
import { inertJson } from "../../../report/text/workflow-commands.js";
import type { Call } from "../../command-line/declaration.js";
import { resolveRunStore } from "../../config/resolve.js";
import { EXIT } from "../../process/exit-codes.js";
import type { Io } from "../../process/io.js";
import type { Redactor } from "../../process/redactor.js";
import { readJournals } from "../../records/read-journals.js";
import { orUnverified, readRecordOptions } from "../../records/record-options.js";
import { sealsOf } from "../../records/record-seals.js";

/** `reconcile-streams gate`: exits with the code of the newest full run, for jobs that do not run one themselves. */
export async function gateCommand(call: Call, io: Io, { hide, redact }: Redactor): Promise<number> {
  const { format, maxAge_ms } = readRecordOptions(call);
  const store = await resolveRunStore({ ...io, options: call.options, hide }, { needsContract: true });
  const contractId = store.contractId!;
  const seals = await sealsOf(store.auth);
  let newest: RunColumns | null = null;
  const [journal = new JournalVerifier(contractId, seals).end(null, new Set())] = await orUnverified(() =>
    readJournals(store.url, contractId, seals, {
      onRecord: (run) => {
        if (run.scope === "all-streams") newest = run;
      },
      onDamage: () => {
        newest = null;
      },
    }),
  );
  const now_ms = io.clock.now();
  const keyId = seals.current?.id ?? null;
  const decision = redact(gate(newest, journal, { contractId, maxAge_ms: maxAge_ms!, now_ms, keyId }));
  const record = redact<RunColumns | null>(newest);
  const exitCode = decision.exitCode ?? EXIT.incomplete;
  const text = format === "json" ? asJson(decision, exitCode, record) : asText(decision, exitCode, record, now_ms);
  io.stdout.write(text);
  return exitCode;
}

function asJson(
  { exitCode: decided, reason, remarks }: GateDecision,
  exitCode: number,
  run: RunColumns | null,
): string {
  const { run_id, sequence, started_at, status, record_digest } = run ?? {};
  const record =
    run === null
      ? null
      : { runId: run_id, sequence: Number(sequence), startedAt: started_at, status, digest: record_digest };
  return `${inertJson(JSON.stringify({ decided: decided !== null, exitCode, reason, remarks, record }, null, 2))}\n`;
}

function asText(
  { exitCode: decided, reason, remarks }: GateDecision,
  exitCode: number,
  run: RunColumns | null,
  now_ms: number,
) {
  const which = run === null ? "" : `run ${run.run_id}, started ${run.started_at} (${ago(now_ms, run.started_at)})`;
  const lines =
    decided === null
      ? [
          `no answer: ${reason}`,
          ...(which === "" ? [] : [`  ${which}`]),
          "  → Run a full reconciliation with a record, then ask again.",
        ]
      : [`${run?.status}: ${which}`, ...remarks.map((remark) => `  ${remark}`)];
  return `${lines.join("\n")}\n  exit code ${exitCode}\n`;
}

function ago(now_ms: number, startedAt: string | null | undefined): string {
  const minutes = Math.round((now_ms - Date.parse(startedAt ?? "")) / 60_000);
  return minutes < 120 ? `${minutes} min ago` : `${Math.floor(minutes / 60)} h ${minutes % 60} min ago`;
}
