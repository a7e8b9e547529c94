import type { ErrorCode, NoticeCode } from "../codes.js";
import { AddressField } from "../contract/entry-field.js";
import type { Layout } from "../contract/layout.js";
import type { StreamOnChain } from "../contract/stream-on-chain.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { Remark, Violation } from "../report/report.js";
import { orphanId, type StreamOutcome, unchecked } from "../report/stream-outcome.js";
import { type Role, UnreadableValue } from "../values/field.js";
import { phaseNames } from "../values/phase.js";
import { compareStream, type FieldDifference } from "./compare.js";
import { invariantsOf } from "./escrow-invariants.js";
import type { IgnoreRules } from "./ignore-rules.js";
import { brokenInvariants, InvariantChecks } from "./invariant-checks.js";
import { lifetimeOf } from "./lifetime.js";
import type { DbStream, RowPlan } from "./mapping.js";
import { ROLE, StreamFacts } from "./stream-facts.js";

export interface Policy {
  /** Largest difference of an amount that counts as equal, in base units. */
  readonly tolerance: bigint;
  /** The same for single fields, by name, instead of `tolerance`. */
  readonly fieldTolerance: ReadonlyMap<string, bigint>;
  readonly maxLagLedgers: number;
  /** Ledgers in which writers that set the cursor before the row, or the row before its transaction, come right. */
  readonly graceLedgers: number;
  /** An entry with fewer ledgers left to live is worth a notice. */
  readonly ttlWarningLedgers: number;
  readonly ignore: IgnoreRules;
}

/** Compares, checks and judges streams, one at a time. */
export class StreamJudge {
  readonly #plan: RowPlan;
  readonly #policy: Policy;
  readonly #chainInvariants: InvariantChecks;
  readonly #dbInvariants: InvariantChecks;
  /** Role and field name on each side, the database's with the field's place in the row. */
  readonly #chainRoles: readonly RoleField[];
  readonly #dbRoles: readonly (RoleField & { readonly index: number })[];
  /** The field that names the stream's token; undefined: the layout has none. */
  readonly #tokenField: string | undefined;
  /** Fields whose difference is told in that token. */
  readonly #tokenFields: ReadonlySet<string>;
  /** Filled anew for each stream and side. */
  readonly #facts: StreamFacts;

  constructor(layout: Layout, plan: RowPlan, policy: Policy) {
    this.#plan = plan;
    this.#policy = policy;
    this.#facts = new StreamFacts([], null, null, phaseNames(layout.phases));
    const invariants = invariantsOf(layout);
    this.#chainInvariants = new InvariantChecks(invariants);
    this.#dbInvariants = new InvariantChecks(invariants.filter(({ database }) => database));
    this.#chainRoles = Object.entries(layout.fields).flatMap(([name, { role }]) =>
      role === undefined ? [] : [{ role, name }],
    );
    this.#tokenField = this.#chainRoles.find(({ role }) => role === "token")?.name;
    const amounts = Object.entries(layout.fields).filter(([, { type }]) => type === "amount");
    this.#tokenFields = new Set([...amounts.map(([name]) => name), "presence"]);
    this.#dbRoles = plan.fields.flatMap(({ role, name }, index) => (role === null ? [] : [{ role, name, index }]));
  }

  /** Whether any invariant needs to know when a ledger closed. */
  get needsTime(): boolean {
    return this.#chainInvariants.needTime;
  }

  /**
   * @param observed L of the verdict table: the ledger at which the chain was read
   * @param now a time in seconds at which that ledger had closed; null: invariants that need one are not checked
   */
  outcome(db: DbStream, chain: StreamOnChain, observed: number, now: bigint | null = null): StreamOutcome {
    return this.#policy.ignore.apply(this.#rowOutcome(db, chain, observed, now));
  }

  #rowOutcome(db: DbStream, chain: StreamOnChain, observed: number, now: bigint | null): StreamOutcome {
    const { streamId } = db;
    const dbViolations = this.#dbViolations(db);
    if (chain.kind === "fault") {
      return unchecked(streamId, chain.code, chain.message, dbViolations);
    }
    if (chain.kind === "missing") {
      const presence = { field: "presence", dbValue: "present", onChainValue: "missing" };
      return this.#judged(db, [presence], chain, observed, dbViolations, notLinkedNotice(db));
    }
    const violations = joined(dbViolations, this.#chainViolations(streamId, db.onChainId, chain.stream, now));
    const notices = lifetimeNotices(streamId, chain.liveUntil, observed, this.#policy.ttlWarningLedgers);
    let differences: readonly FieldDifference[];
    try {
      differences = compareStream(db, chain.stream, this.#plan, this.#policy);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      return unchecked(streamId, "field_not_on_chain", error.message, violations, notices);
    }
    return this.#judged(db, differences, chain, observed, violations, notices);
  }

  /** The outcome of a stream whose row cannot be read: its entry is looked at all the same. */
  unreadableOutcome(
    { streamId, code, message }: { readonly streamId: string; readonly code: ErrorCode; readonly message: string },
    onChainId: bigint | null,
    chain: StreamOnChain,
    now: bigint | null,
  ): StreamOutcome {
    const violations = chain.kind === "stream" ? this.#chainViolations(streamId, onChainId, chain.stream, now) : EMPTY;
    const outcome = unchecked(streamId, code, message, violations);
    const errors = chain.kind === "fault" ? unchecked(streamId, chain.code, chain.message).errors : EMPTY;
    return this.#policy.ignore.apply({ ...outcome, errors: joined(outcome.errors, errors) });
  }

  /**
   * The outcome of a stream that the contract has and the database lacks.
   */
  orphanOutcome(id: bigint, chain: StreamOnChain, observed: number, now: bigint | null): StreamOutcome | null {
    const streamId = orphanId(id);
    if (chain.kind === "missing") return null;
    if (chain.kind === "fault") return unchecked(streamId, chain.code, chain.message);
    const violations = this.#chainViolations(streamId, id, chain.stream, now);
    const presence = { field: "presence", dbValue: "missing", onChainValue: "present" };
    const notices = lifetimeNotices(streamId, chain.liveUntil, observed, this.#policy.ttlWarningLedgers);
    const row = { streamId, syncedLedger: null, cursorFault: null };
    const judged = this.#judged(row, [presence], chain, observed, violations, notices);
    return this.#policy.ignore.apply(judged);
  }

  #judged(
    db: Pick<DbStream, "streamId" | "syncedLedger" | "cursorFault">,
    differences: readonly FieldDifference[],
    chain: Exclude<StreamOnChain, { kind: "fault" }>,
    observed: number,
    violations: readonly Violation[],
    notices: readonly Remark<NoticeCode>[],
  ): StreamOutcome {
    const { streamId, syncedLedger, cursorFault } = db;
    const found = { streamId, discrepancies: EMPTY, violations, errors: EMPTY, notices };
    if (differences.length === 0) return { ...found, bucket: "inSync", differences: EMPTY };
    if (cursorFault !== null) {
      const message = `${describeDifferences(differences)}; whether the row is late or wrong cannot be told, since its cursor cannot be true: ${cursorFault}`;
      return unchecked(streamId, "cursor_implausible", message, violations, notices);
    }
    const modified = chain.kind === "stream" ? chain.modified : null;
    const ledger = { dbSynced: syncedLedger, chainModified: modified, observed };
    const token = chain.kind === "stream" ? this.#tokenOf(chain.stream) : null;
    const all = differences.map((difference) => ({
      streamId,
      ...difference,
      token: this.#tokenFields.has(difference.field) ? token : null,
      ledger,
    }));
    return { ...found, bucket: "unchecked", differences: all };
  }

  #tokenOf(stream: ChainStream): string | null {
    return this.#tokenField === undefined ? null : (stream.get(this.#tokenField)?.text ?? null);
  }

  #dbViolations(db: DbStream): readonly Violation[] {
    const facts = this.#facts;
    facts.reset(null, null);
    for (const { role, index } of this.#dbRoles) facts.set(ROLE[role], db.fields[index]!.value);
    return violationsOf(db.streamId, "db", facts, this.#dbInvariants, this.#dbRoles);
  }

  #chainViolations(
    streamId: string,
    keyId: bigint | null,
    stream: ChainStream,
    now: bigint | null,
  ): readonly Violation[] {
    const facts = this.#facts;
    facts.reset(keyId, now);
    for (const { role, name } of this.#chainRoles) {
      const field = stream.get(name);
      if (field !== undefined) facts.set(ROLE[role], field instanceof AddressField ? field : field.value);
    }
    return violationsOf(streamId, "on_chain", facts, this.#chainInvariants, this.#chainRoles);
  }
}

interface RoleField {
  readonly role: Role;
  readonly name: string;
}

/** Nearly every list of a stream's findings: one for all of them, which nobody may write to. */
const EMPTY: readonly never[] = Object.freeze([]);

function joined<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : [...a, ...b];
}

function violationsOf(
  streamId: string,
  side: Violation["side"],
  facts: StreamFacts,
  invariants: InvariantChecks,
  fields: readonly RoleField[],
): readonly Violation[] {
  const broken = brokenInvariants(facts, invariants);
  if (broken.length === 0) return EMPTY;
  return broken.map(({ invariant, message }) => {
    const involved = fields.filter(({ role }) => invariant.needs.includes(role) && facts.has(ROLE[role]));
    const values = Object.fromEntries(involved.map(({ role, name }) => [name, String(facts.get(ROLE[role]))]));
    return { streamId, invariant: invariant.name, side, message, values };
  });
}

function describeDifferences(differences: readonly FieldDifference[]): string {
  return differences
    .map(({ field, dbValue, onChainValue }) => `${field} differs (database ${dbValue}, on chain ${onChainValue})`)
    .join(", ");
}

function notLinkedNotice(db: DbStream): Remark<NoticeCode>[] {
  if (db.onChainId !== null) return [];
  const message = "the row has no on-chain id: it was never linked to a stream of the contract";
  return [{ streamId: db.streamId, code: "no_on_chain_id", message }];
}

/** An entry past its time to live keeps its value until it is restored (docs/contract-facts.md#times-to-live). */
function lifetimeNotices(
  streamId: string,
  liveUntil: number | null,
  observed: number,
  warningLedgers: number,
): readonly Remark<NoticeCode>[] {
  const { state, ledgersLeft } = lifetimeOf(liveUntil, observed, warningLedgers);
  switch (state) {
    case "live":
    case "not-told":
      return EMPTY;
    case "ends-soon": {
      const message = `the entry's time to live ends in ${ledgersLeft} ledgers, at ledger ${liveUntil}; it is archived then`;
      return [{ streamId, code: "ttl_low", message }];
    }
    case "archived-or-unknown": {
      const message = "the entry is archived, or the node does not tell its time to live; its value was compared";
      return [{ streamId, code: "archived_or_unknown", message }];
    }
    case "expired": {
      const message = `the entry expired at ledger ${liveUntil} and must be restored before use; its value was compared`;
      return [{ streamId, code: "expired", message }];
    }
  }
}
