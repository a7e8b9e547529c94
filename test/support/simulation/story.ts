import type { StreamStruct } from "../streampay-contract.js";
import type { Mismatch } from "./compare-report.js";
import type { RunWindow } from "./run-window.js";
import type { StreamRow } from "./table-model.js";
import type { World } from "./world.js";

/** Everything that happened to the stream of a mismatch, and how to see it again. */
export function storyOf(world: World, window: RunWindow, mismatch: Mismatch): string {
  const { plan, contract, table } = world;
  const { streamId, text } = mismatch;
  const onChainId = mismatch.onChainId ?? idOfOrphan(streamId);
  const lines = [`seed ${plan.seed}: ${streamId ?? "the run"} ${text}`];
  if (onChainId !== null) {
    for (const { ledger, kind, amount } of contract.events.filter((event) => event.streamId === onChainId).slice(-8)) {
      lines.push(`  ${ledger} event ${kind}${amount === 0n ? "" : ` ${amount}`}`);
    }
    for (const { ledger, value } of contract.entries.get(onChainId)?.versions.slice(-4) ?? []) {
      lines.push(`  ${ledger} entry ${value === null ? "removed" : sayStream(value)}`);
    }
  }
  const rowIds = new Set([
    ...(onChainId === null ? [] : table.rowIdsOf(onChainId)),
    ...(streamId === null ? [] : [streamId]),
  ]);
  for (const rowId of rowIds) {
    for (const { ledger, value } of table.rows.get(rowId)?.versions.slice(-6) ?? []) {
      lines.push(`  ${ledger} row ${rowId} ${value === null ? "deleted" : sayRow(value)}`);
    }
  }
  for (const fault of world.faults) {
    if (fault.onChainId === onChainId || fault.rowId === streamId || fault.token === streamId) {
      lines.push(`  ${fault.ledger} fault: ${fault.how}`);
    }
  }
  if (table.kind === "every-row" || table.kind === "global") {
    const moves = table.cursor.during(window.from, window.to).map(({ ledger, value }) => `${ledger}:${value}`);
    lines.push(`  cursor (${table.kind}) by ledger: ${moves.join(" ")}`);
  }
  const { indexer, network, maxLag, settle, sharedEntry, stirredEach, standsStillFor } = plan;
  lines.push(
    `  the tool ran from ledger ${window.first} to ${window.last}; time ${window.from} to ${window.to}; cursor ${plan.cursor}; max lag ${maxLag}`,
    `  ${JSON.stringify({ indexer, network, settle, sharedEntry, stirredEach, standsStillFor })}`,
  );
  lines.push(`  replay: npm run simulate -- --worlds 1 --seed ${plan.seed}`);
  return lines.join("\n");
}

function idOfOrphan(streamId: string | null): bigint | null {
  const match = /^on-chain:(\d+)$/.exec(streamId ?? "");
  return match === null ? null : BigInt(match[1]!);
}

function sayStream(stream: StreamStruct): string {
  const { status, total_amount, released_amount, start_time, end_time, last_update, paused_at } = stream;
  return `${status} ${released_amount}/${total_amount} [${start_time}, ${end_time}] updated ${last_update} paused ${paused_at}+${stream.total_paused_duration}`;
}

function sayRow({ status, total, released, synced, onChainId }: StreamRow): string {
  return `${status} ${released}/${total} on-chain ${onChainId}${synced === null ? "" : ` synced ${synced}`}`;
}
