import type { ChainRecord } from "./chain-record.js";
import { compareStream, type Difference } from "./compare.js";
import { brokenInvariants, type Invariant, invariantsOf, StreamFacts } from "./escrow-invariants.js";
import { type FieldValue, type Role, UnreadableValue } from "./field.js";
import type { Layout } from "./layout.js";
import type { DbStream, RowPlan } from "./mapping.js";
import type { Discrepancy, Remark, Violation } from "./report.js";
import type { ChainStream } from "./stream-struct.js";
import { judge } from "./verdict.js";

/** The one bucket of the summary that a stream falls into. */
export type Bucket = "inSync" | "drifted" | "lagging" | "missingOnChain" | "missingInDb" | "unchecked";

/** Everything that was found about one stream. */
export interface StreamOutcome {
  readonly bucket: Bucket;
  readonly discrepancies: readonly Discrepancy[];
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark[];
  readonly notices: readonly Remark[];
}

export interface Policy {
  /** Largest difference of an amount that counts as equal, in base units. */
  readonly tolerance: bigint;
  readonly maxLagLedgers: number;
}

/** Compares, checks and judges streams, one at a time. */
export class StreamJudge {
  readonly #layout: Layout;
  readonly #plan: RowPlan;
  readonly #policy: Policy;
  readonly #chainInvariants: readonly Invariant[];
  readonly #dbInvariants: readonly Invariant[];

  constructor(layout: Layout, plan: RowPlan, policy: Policy) {
    this.#layout = layout;
    this.#plan = plan;
    this.#policy = policy;
    this.#chainInvariants = invariantsOf(layout);
    this.#dbInvariants = this.#chainInvariants.filter(({ database }) => database);
  }

  /**
   * @param observed L of the verdict table: the ledger at which the chain was read
   */
  outcome(db: DbStream, chain: ChainRecord, observed: number): StreamOutcome {
    const { streamId } = db;
    const violations = this.#dbViolations(db);
    if (chain.kind === "fault") {
      return unchecked(streamId, chain.code, chain.message, violations);
    }
    if (chain.kind === "missing") {
      const presence = { field: "presence", dbValue: "present", onChainValue: "missing" };
      return this.#judged(db, [presence], null, observed, violations, notLinkedNotice(db));
    }
    violations.push(...this.#chainViolations(streamId, db.onChainId, chain.stream));
    const notices = lifetimeNotices(streamId, chain.liveUntil, observed);
    let differences: Difference[];
    try {
      differences = compareStream(db, chain.stream, this.#plan, this.#policy.tolerance);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      return unchecked(streamId, "field_not_on_chain", error.message, violations, notices);
    }
    return this.#judged(db, differences, chain.modified, observed, violations, notices);
  }

  #judged(
    db: DbStream,
    differences: readonly Difference[],
    modified: number | null,
    observed: number,
    violations: readonly Violation[],
    notices: readonly Remark[],
  ): StreamOutcome {
    if (differences.length === 0) {
      return { bucket: "inSync", discrepancies: [], violations, errors: [], notices };
    }
    const { streamId, syncedLedger: synced } = db;
    const verdict = judge({ synced, modified, observed }, this.#policy.maxLagLedgers);
    if (verdict === "node-behind") {
      const message =
        `the two sides differ, but the row has seen ledger ${synced} and the node had only reached ${observed}: ` +
        "run again once the node has caught up";
      return unchecked(streamId, "node_behind_database", message, violations, notices);
    }
    const ledger = { dbSynced: synced, chainModified: modified, observed };
    const bucket = verdict === "lag" ? "lagging" : modified === null ? "missingOnChain" : "drifted";
    const discrepancies = differences.map((difference) => ({
      streamId,
      ...difference,
      classification: verdict,
      ledger,
    }));
    return { bucket, discrepancies, violations, errors: [], notices };
  }

  #dbViolations(db: DbStream): Violation[] {
    const values = new Map<Role, FieldValue>();
    const fieldNames = new Map<Role, string>();
    this.#plan.fields.forEach((field, i) => {
      if (field.role === null) return;
      values.set(field.role, db.fields[i]!.value);
      fieldNames.set(field.role, field.name);
    });
    return violationsOf(db.streamId, "db", new StreamFacts(values, null), this.#dbInvariants, fieldNames);
  }

  #chainViolations(streamId: string, keyId: bigint | null, stream: ChainStream): Violation[] {
    const values = new Map<Role, FieldValue>();
    const fieldNames = new Map<Role, string>();
    for (const [name, { role }] of Object.entries(this.#layout.fields)) {
      const field = stream.get(name);
      if (role === undefined || field === undefined) continue;
      values.set(role, field.value);
      fieldNames.set(role, name);
    }
    return violationsOf(streamId, "on_chain", new StreamFacts(values, keyId), this.#chainInvariants, fieldNames);
  }
}

function violationsOf(
  streamId: string,
  side: Violation["side"],
  facts: StreamFacts,
  invariants: readonly Invariant[],
  fieldNames: ReadonlyMap<Role, string>,
): Violation[] {
  return brokenInvariants(facts, invariants).map(({ invariant, message }) => {
    const involved = [...fieldNames].filter(([role]) => invariant.needs.includes(role));
    const values = Object.fromEntries(involved.map(([role, name]) => [name, String(facts.get(role))]));
    return { streamId, invariant: invariant.name, side, message, values };
  });
}

export function unchecked(
  streamId: string,
  code: string,
  message: string,
  violations: readonly Violation[] = [],
  notices: readonly Remark[] = [],
): StreamOutcome {
  return { bucket: "unchecked", discrepancies: [], violations, errors: [{ streamId, code, message }], notices };
}

function notLinkedNotice(db: DbStream): Remark[] {
  if (db.onChainId !== null) return [];
  const message = "the row has no on-chain id: it was never linked to a stream of the contract";
  return [{ streamId: db.streamId, code: "no_on_chain_id", message }];
}

/** An entry past its time to live still has its value; it must be restored before anyone can use it (facts A). */
function lifetimeNotices(streamId: string, liveUntil: number | null, observed: number): Remark[] {
  if (liveUntil === null || liveUntil >= observed) return [];
  if (liveUntil === 0) {
    const message = "the entry is archived, or the node does not tell its time to live; its value was compared";
    return [{ streamId, code: "archived_or_unknown", message }];
  }
  const message = `the entry expired at ledger ${liveUntil} and must be restored before use; its value was compared`;
  return [{ streamId, code: "expired", message }];
}
