import type { NoticeCode } from "../../core/codes.js";
import type { Compared } from "../../core/report/report.js";
import type { RunOptions } from "../command-line/run-options.js";
import { DEFAULT_MAX_LAG_LEDGERS } from "../config/policy.js";
import type { Settings } from "../config/settings.js";

interface Asked {
  readonly settings: Settings;
  readonly options: RunOptions;
}

/** What a run compares, and what it leaves out or allows. */
export function comparedOf({ settings, options }: Asked): Compared {
  const { database, contract, policy, failOn } = settings;
  const fields = Object.keys(database.mapping.fields);
  const isCompared = (field: string): boolean => fields.includes(field);
  const isThere = (field: string): boolean => !database.missingColumns.some((missing) => missing.field === field);
  return {
    fields,
    notCompared: Object.keys(contract.layout.fields).filter((field) => !isCompared(field)),
    takenOut: Object.keys(contract.layout.database?.fields ?? {}).filter(
      (field) => !isCompared(field) && isThere(field),
    ),
    tolerance: String(policy.tolerance),
    fieldTolerance: Object.fromEntries([...policy.fieldTolerance].map(([field, most]) => [field, String(most)])),
    maxLagLedgers: policy.maxLagLedgers,
    solvency: options.only === null && !options.dbOnly && (contract.layout.invariants ?? []).includes("solvent"),
    narrowed: {
      streams: options.only !== null,
      dbOnly: options.dbOnly,
      where: database.where,
      contractColumn: database.contractColumn,
      ignoreRules: policy.ignore.count,
      failOn,
    },
  };
}

/** What makes a run more lenient than it is by default: each has to be known to read its result rightly. */
export function leniencies(compared: Compared): { readonly code: NoticeCode; readonly message: string }[] {
  const { tolerance, fieldTolerance, maxLagLedgers, takenOut } = compared;
  const tolerated = [
    ...(tolerance === "0" ? [] : [`amounts that differ by up to ${tolerance} base units`]),
    ...Object.entries(fieldTolerance).flatMap(([field, most]) =>
      most === "0" ? [] : [`a ${field} that differs by up to ${most} base units`],
    ),
  ];
  const found: { readonly code: NoticeCode; readonly message: string }[] = [];
  if (tolerated.length > 0) {
    found.push({ code: "tolerance_allowed", message: `counted as equal: ${tolerated.join(", ")} (policy)` });
  }
  if (maxLagLedgers > DEFAULT_MAX_LAG_LEDGERS) {
    const message = `the database was allowed ${maxLagLedgers} ledgers of lag, more than the ${DEFAULT_MAX_LAG_LEDGERS} of the default (--max-lag)`;
    found.push({ code: "lag_allowed", message });
  }
  if (takenOut.length > 0) {
    const message = `not compared, by configuration (database.fields): ${takenOut.join(", ")}`;
    found.push({ code: "fields_not_compared", message });
  }
  return found;
}
