import type { StreamStruct } from "../streampay-contract.js";
import type { Version } from "./history.js";
import { closeTimeOf } from "./ledger-time.js";
import { brokenByEntry, brokenByRow } from "./reference-invariants.js";
import type { RunWindow } from "./run-window.js";
import { liabilityOf } from "./vested-amount.js";
import type { World } from "./world.js";

export interface ExpectedViolation {
  readonly side: "on_chain" | "db";
  /** Any of these may carry the finding. */
  readonly streamIds: readonly string[];
  /** Any of these may be its name. */
  readonly names: readonly string[];
  /** false: naming it is no mistake, and neither is silence. */
  readonly isRequired: boolean;
}

export function expectedViolations(world: World, window: RunWindow): ExpectedViolation[] {
  return [
    ...[...world.contract.entries.keys()].flatMap((id) => entryViolations(world, window, id)),
    ...[...world.table.rows.keys()].flatMap((id) => rowViolations(world, window, id)),
    ...world.faults.flatMap((fault) => countViolations(world, window, fault)),
    ...world.tokens.flatMap((token) => solvencyViolations(world, window, token)),
  ];
}

function entryViolations(world: World, window: RunWindow, id: bigint): ExpectedViolation[] {
  const { contract, faults } = world;
  const versions = contract.entries.get(id)!.during(window.oldest, window.last);
  const streams = versions.filter((version): version is Version<StreamStruct> => version.value !== null);
  const looks = streams.flatMap(({ value, ledger }) => {
    const early = closeTimeOf(Math.max(ledger, window.oldest));
    const late = closeTimeOf(window.last + 1);
    return [early, late].map((now) => brokenByEntry(value, id, BigInt(now)));
  });
  const planted = faults.find((fault) => fault.kind === "violation" && fault.onChainId === id)?.invariant;
  const wasAmended = contract.events.some(({ streamId, kind }) => streamId === id && kind === "amended");
  const rules = new Map(looks.flatMap((look) => [...look]));
  return [...rules].flatMap(([rule, names]) => {
    const lasts = streams.length === versions.length && looks.every((look) => look.has(rule));
    const isNatural = [8, 10, 12].includes(rule) && wasAmended;
    if (!isNatural && planted === undefined) throw new Error(`stream ${id} breaks rule ${rule} without a fault`);
    const streamIds = namesOf(world, id);
    if (planted === undefined) return { side: "on_chain", streamIds, names, isRequired: lasts } as const;
    // One fault, one finding: which of the other broken rules are named, too, is the tool's choice.
    return names.map((name): ExpectedViolation => {
      return { side: "on_chain", streamIds, names: aliasesOf(name, names), isRequired: lasts && name === planted };
    });
  });
}

/** Whether an amendment explains a stream that released too much cannot always be told from its numbers. */
function aliasesOf(name: string, names: readonly string[]): readonly string[] {
  return name.startsWith("released_within_vested") ? names : [name];
}

function rowViolations(world: World, window: RunWindow, rowId: string): ExpectedViolation[] {
  const versions = world.table.rows.get(rowId)!.during(window.from, window.to);
  const looks = versions.map(({ value }) => (value === null ? [] : brokenByRow(value, world.plan.wideMapping)));
  const onChainId = versions.find(({ value }) => value !== null)?.value?.onChainId ?? null;
  const isFaulted = onChainId === null || world.isFaulted(onChainId);
  return [...new Set(looks.flat())].flatMap((name) => {
    const isRequired = looks.every((names) => names.includes(name));
    // What a sound row shows for a moment must not become a finding.
    if (!isRequired && !isFaulted) return [];
    return { side: "db", streamIds: [rowId], names: [name], isRequired } as const;
  });
}

function countViolations(
  world: World,
  window: RunWindow,
  { kind, onChainId, invariant }: World["faults"][number],
): ExpectedViolation[] {
  if (onChainId === null) return [];
  const streamIds = namesOf(world, onChainId);
  if (kind === "hole" || invariant === "id_below_count") {
    // A node that is behind may not have it yet when it is first asked.
    const entries = world.contract.entries.get(onChainId)!;
    const wasAlways = entries.at(window.oldest) !== undefined;
    const isRequired = wasAlways && entries.during(window.oldest, window.last).length === 1;
    return [{ side: "on_chain", streamIds, names: [invariant!], isRequired }];
  }
  if (kind !== "duplicate") return [];
  const rows = world.table.rowIdsOf(onChainId);
  const isRequired = rows.filter((id) => (world.table.rows.get(id)?.at(window.to)?.value ?? null) !== null).length > 1;
  return [{ side: "db", streamIds: rows, names: ["on_chain_id_unique"], isRequired }];
}

function solvencyViolations(world: World, window: RunWindow, token: string): ExpectedViolation[] {
  let always = true;
  let ever = false;
  for (let ledger = window.oldest; ledger <= window.last; ledger++) {
    const balance = world.contract.balances.get(token)?.at(ledger)?.value ?? 0n;
    let owed = 0n;
    let owedAtMost = 0n;
    for (const history of world.contract.entries.values()) {
      const stream = history.at(ledger)?.value ?? null;
      if (stream === null || stream.token !== token) continue;
      const liability = liabilityOf(stream);
      owed += liability;
      // Whether a stream that released more than its total lessens what the others are owed is a matter of taste.
      owedAtMost += liability > 0n ? liability : 0n;
    }
    always &&= balance < owed;
    ever ||= balance < owedAtMost;
  }
  return ever ? [{ side: "on_chain", streamIds: [token], names: ["solvent"], isRequired: always }] : [];
}

function namesOf(world: World, id: bigint): string[] {
  return [...world.table.rowIdsOf(id), `on-chain:${id}`];
}
