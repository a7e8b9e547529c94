import type { Layout, UsualColumn } from "../../core/contract/layout.js";
import type { TokenUnits } from "../../core/report/report.js";
import type { Policy } from "../../core/rules/judge.js";
import type { DatabaseMapping } from "../../core/rules/mapping.js";
import { suggestion } from "../../core/values/suggest.js";
import { DEFAULT_PRESET, PRESETS, type PresetName } from "../../presets/presets.js";
import { DEFAULT_FAIL_ON, type FailOn } from "../process/fail-on.js";
import { type AuthSettings, toAuth } from "./auth.js";
import type { Mistake } from "./mistake.js";
import { passphraseOf } from "./networks.js";
import { toPolicy } from "./policy.js";
import type { Config } from "./schema/config-schema.js";

/** Everything a run needs to know, checked and complete. Nothing has been opened yet. */
export interface Settings {
  readonly database: {
    readonly url: string;
    readonly table: string;
    readonly where: string | null;
    /** Limits the rows to those of the configured contract; null when the table has no other. */
    readonly contractColumn: string | null;
    /** What a row's cursor means; null: inferred from the rows that agree. */
    readonly cursorMeans: "event" | "check" | null;
    /** S for all rows, where it is kept at one place; null when each row tells its own. */
    readonly globalCursor: { readonly table: string; readonly column: string; readonly where?: string } | null;
    readonly mapping: DatabaseMapping;
    /** Fields that are not compared because the table lacks an optional column. */
    readonly missingColumns: readonly { readonly field: string; readonly column: string }[];
  };
  readonly chain: {
    readonly url: string;
    /** Requests in flight; null: chosen from the node's latency. */
    readonly concurrency: number | null;
  };
  readonly contract: {
    readonly id: string;
    /** The passphrase that the chain must have; null when none is configured. */
    readonly passphrase: string | null;
    readonly layout: Layout;
    /** How amounts of these tokens are to be read. */
    readonly tokens: readonly TokenUnits[];
  };
  readonly policy: Policy & { readonly maxNodeAge_s: number | null };
  /** How often streams that differ are looked at again. */
  readonly confirm: number;
  /** How long a database that is on its way is waited for, in milliseconds. */
  readonly settle_ms: number;
  readonly failOn: readonly FailOn[];
  /** Where run records go. */
  readonly runStore: { readonly url: string };
  readonly auth: AuthSettings;
  readonly isDemo: boolean;
  /** Environment variables that the configuration file refers to. */
  readonly fileVariables: ReadonlySet<string>;
}

export const DEFAULT_CONFIRM = 3;
const DEFAULT_SETTLE_MS = 60_000;

/**
 * Fills in the layout's own defaults of the database, then the general ones (docs/configuration.md#every-key), and
 * resolves names.
 * @param urls what a run cannot do without, with absolute paths
 */
export function completeSettings(
  config: Config,
  urls: {
    readonly database: string;
    readonly chain: string;
    readonly contractId: string;
    readonly runStore: string;
    readonly isDemo: boolean;
  },
  fileVariables: ReadonlySet<string>,
  mistakes: Mistake[],
): Settings {
  const { contract, database, policy } = config;
  const layout = layoutOf(contract?.layout);
  const usual = layout.database ?? {};
  const cursor = database?.cursor === undefined ? usual.cursor : database.cursor;
  const settings: Settings = {
    database: {
      url: urls.database,
      table: database?.table ?? usual.table ?? "streams",
      where: (database?.where === undefined ? usual.where : database.where) ?? null,
      contractColumn: (database?.contractColumn === undefined ? usual.contractColumn : database.contractColumn) ?? null,
      cursorMeans: cursor?.means ?? null,
      globalCursor: globalCursorOf(cursor),
      mapping: {
        streamId: database?.streamId ?? usual.streamId ?? "id",
        onChainId: database?.onChainId ?? usual.onChainId ?? "on_chain_id",
        cursorColumn: cursorColumnOf(cursor),
        fields: mappedFields(layout, database?.fields ?? {}, mistakes),
        amountDecimals: database?.amountDecimals ?? 0,
        statuses: { ...usual.statuses, ...database?.statuses },
      },
      missingColumns: [],
    },
    chain: { url: urls.chain, concurrency: config.chain?.concurrency ?? null },
    contract: {
      id: urls.contractId,
      passphrase: contract?.network === undefined ? null : (passphraseOf(contract.network) ?? contract.network),
      layout,
      tokens: Object.entries(contract?.tokens ?? {}).map(([token, { symbol = null, decimals }]) => ({
        ...{ token, symbol, decimals },
        source: "configuration",
      })),
    },
    policy: toPolicy(policy),
    confirm: policy?.confirm ?? DEFAULT_CONFIRM,
    settle_ms: policy?.settle ?? DEFAULT_SETTLE_MS,
    failOn: policy?.failOn ?? DEFAULT_FAIL_ON,
    runStore: { url: urls.runStore },
    auth: toAuth(config.auth),
    isDemo: urls.isDemo,
    fileVariables,
  };
  return settings;
}

type Cursor = NonNullable<Config["database"]>["cursor"];

function cursorColumnOf(cursor: Cursor): string | null {
  if (cursor === undefined) return "last_sync_ledger";
  return cursor === null || cursor.table !== undefined ? null : cursor.column;
}

function globalCursorOf(cursor: Cursor): Settings["database"]["globalCursor"] {
  if (cursor?.table === undefined) return null;
  const { table, column, where } = cursor;
  return where === undefined ? { table, column } : { table, column, where };
}

function layoutOf(layout: string | Layout | undefined): Layout {
  if (typeof layout === "object") return layout;
  return PRESETS[(layout ?? DEFAULT_PRESET) as PresetName];
}

/** The layout's own columns, each replaced by the configured one or, with null, left out. */
function mappedFields(
  layout: Layout,
  configured: Readonly<Record<string, { readonly column: string } | null>>,
  mistakes: Mistake[],
): Record<string, UsualColumn> {
  const usual = Object.entries(layout.database?.fields ?? {}).filter(([name]) => name in layout.fields);
  const fields: Record<string, UsualColumn> = Object.fromEntries(usual);
  for (const [name, source] of Object.entries(configured)) {
    if (!(name in layout.fields)) {
      const known = Object.keys(layout.fields);
      const message = `layout "${layout.name}" has no field ${JSON.stringify(name)}: ${suggestion(name, known)}`;
      mistakes.push({ where: `database.fields.${name}`, message });
    } else if (source === null) {
      delete fields[name];
    } else {
      fields[name] = source;
    }
  }
  if (Object.keys(fields).length === 0) {
    const known = Object.keys(layout.fields);
    const message = `nothing to compare: map at least one field of layout "${layout.name}", as in { "${known[0]}": { "column": "${known[0]}" } }; its fields: ${known.join(", ")}`;
    mistakes.push({ where: "database.fields", message });
  }
  return fields;
}
