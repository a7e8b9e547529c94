import { type CheckResult, fail, ok } from "../../../core/doctor/check.js";
import { planRows } from "../../../core/rules/mapping.js";
import type { SettingsDraft } from "../../config/resolve.js";
import type { Settings } from "../../config/settings.js";
import { withoutMissingColumns } from "../../config/usual-columns.js";
import type { Io } from "../../process/io.js";
import type { Stopper } from "../../process/stopper.js";
import { streamQuery } from "../../reconciliation/stream-query.js";
import { checkChain } from "./checks/chain-checks.js";
import { checkContract } from "./checks/contract-checks.js";
import { checkCursor } from "./checks/cursor-check.js";
import { checkDatabase } from "./checks/database-checks.js";
import { CHECKS } from "./checks/names.js";
import { checkRows, checkRunTable } from "./checks/row-checks.js";
import { checkSample } from "./checks/sample-check.js";
import type { Checkup } from "./checkup.js";
import type { Context } from "./context.js";
import type { DoctorOptions } from "./options.js";

/** Makes every check, the database's first. Checks of one side do not depend on the other. */
export async function examine(
  draft: SettingsDraft,
  options: DoctorOptions,
  io: Io,
  stopper: Stopper,
  checkup: Checkup,
): Promise<void> {
  const settings = draft.error === null ? await withoutMissingColumns(draft.settings) : draft.settings;
  const plan = planRows(settings.database.mapping, settings.contract.layout);
  const context: Context = {
    ...{ settings, options, io, checkup, plan },
    query: streamQuery(settings, plan, null),
    signal: stopper.signal,
    within: (work) => stopper.within(work),
  };
  const blocked = blockedSections(draft);
  const needs = (...sections: readonly Section[]) =>
    sections.some((section) => blocked.has(section)) ? [CHECKS.configuration] : [];
  const open: { close(): Promise<void> }[] = [];
  try {
    await checkup.needed(CHECKS.configuration, [], async () => judgeConfiguration(draft));
    await checkup.needed(CHECKS.identity, needs("auth"), async () => judgeIdentity(settings, options));
    const startedAt = io.clock.now();
    const database = await checkDatabase(context, needs("database"));
    if (database.db !== null) open.push(database.db);
    const rows = await checkRows(context, database);
    await checkRunTable(context, needs("database", "runStore"), database);
    const chain = await checkChain(context, needs("chain"), open);
    const contract = await checkContract(context, chain, needs("contract"), rows);
    await checkSample(context, database, rows, chain, contract);
    await checkCursor(context, database, rows, chain, startedAt);
  } finally {
    await Promise.allSettled(open.map((resource) => resource.close()));
  }
}

const SECTIONS = ["database", "chain", "contract", "runStore", "auth"] as const;
type Section = (typeof SECTIONS)[number];

const SECTION_OF_VARIABLE: Readonly<Record<string, Section>> = {
  DATABASE_URL: "database",
  SOROBAN_RPC_URL: "chain",
  STREAM_CONTRACT_ID: "contract",
};

/** The sections with mistakes; a mistake outside of them puts all sections in doubt. */
function blockedSections({ mistakes }: SettingsDraft): ReadonlySet<Section> {
  const blocked = new Set<Section>();
  for (const { where } of mistakes) {
    const name = SECTION_OF_VARIABLE[where] ?? where.split(".")[0];
    const section = SECTIONS.find((known) => known === name);
    for (const one of section === undefined ? SECTIONS : [section]) blocked.add(one);
  }
  return blocked;
}

function judgeConfiguration({ settings, error, file, given }: SettingsDraft): CheckResult {
  if (error !== null) return fail([error.message, ...error.details], error.hints);
  if (settings.isDemo) return ok("none: the bundled demo");
  const sources = [...(file === null ? [] : [file]), ...given];
  return ok(`complete, from ${sources.join(", ")}`);
}

/** Whether a run could identify itself, if it has to. */
function judgeIdentity({ auth }: Settings, { dryRun }: DoctorOptions): CheckResult {
  const { identity, required } = auth;
  if (identity !== null && required && !dryRun && !auth.allowedServices.includes(identity.service)) {
    return fail(
      [`auth.required is set, but auth.allowedServices does not list ${identity.service}`],
      ["Correct --service (RECONCILE_SERVICE, auth.service), or add it to auth.allowedServices."],
    );
  }
  if (identity !== null) return ok(`service ${identity.service}, key ${identity.keyId}`);
  if (!required || dryRun) return ok("none, and none needed");
  return fail(
    ["auth.required is set, but no identity is configured"],
    ["Name the service and its key: --service and --key-id, or RECONCILE_SERVICE and RECONCILE_KEY_ID"],
  );
}
