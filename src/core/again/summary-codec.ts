import type { ObservationSummary } from "../look/observation.js";
import type { Discrepancy, LedgersOfDifference, Remark, Violation } from "../report/report.js";
import type { Difference, StreamOutcome } from "../report/stream-outcome.js";
import { bigint, type Codec, list, nullable, plain, tuple, word } from "./codec.js";

/** Codec of the summaries in one list, which share their words: names of fields, verdicts, codes, tokens. */
export const summaryCodec = (): Codec<ObservationSummary> =>
  tuple({
    streamId: plain(),
    onChainId: nullable(bigint),
    synced: plain(),
    ledger: plain(),
    outcome: nullable(outcome()),
    isNamed: plain(),
    row: plain(),
    entry: plain(),
    modified: plain(),
    contradiction: plain(),
  });

const outcome = (): Codec<StreamOutcome> =>
  tuple({
    streamId: plain(),
    bucket: word(),
    discrepancies: list(discrepancy()),
    differences: list(difference()),
    violations: list(violation()),
    errors: list(remark()),
    notices: list(remark()),
  });

const differenceParts = () => ({
  streamId: plain<string>(),
  field: word(),
  dbValue: plain<string | null>(),
  onChainValue: plain<string | null>(),
  token: nullable(word()),
  ledger: tuple<LedgersOfDifference>({ dbSynced: plain(), chainModified: plain(), observed: plain() }),
});

const difference = (): Codec<Difference> => tuple(differenceParts());

const discrepancy = (): Codec<Discrepancy> => tuple({ ...differenceParts(), classification: word(), reason: word() });

const violation = (): Codec<Violation> =>
  tuple({ streamId: plain(), invariant: word(), side: word(), message: plain(), values: plain() });

const remark = <Code extends string>(): Codec<Remark<Code>> =>
  tuple({ streamId: plain(), code: word(), message: plain() });
