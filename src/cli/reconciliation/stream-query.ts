import type { RowSelection } from "../../core/again/later-look.js";
import type { RowPlan } from "../../core/rules/mapping.js";
import type { StreamQuery } from "../../ports/db-client.js";
import { columnKeys } from "../config/column-keys.js";
import type { Settings } from "../config/settings.js";

/** Rows fetched from the database at a time, unless it gives fewer. */
const PAGE_SIZE = 2_000;

/**
 * The rows of a run, or those of them that a selection names.
 * @param upTo ask for the greatest cursor of any row up to this ledger as well
 */
export function streamQuery(
  settings: Settings,
  plan: RowPlan,
  selection: RowSelection,
  upTo: number | null = null,
): StreamQuery {
  const { database, contract } = settings;
  const { mapping, where, contractColumn, globalCursor } = database;
  const column = selection?.by === "onChainId" ? mapping.onChainId : mapping.streamId;
  return {
    table: database.table,
    columns: plan.columns,
    namedBy: columnKeys(settings),
    orderBy: mapping.onChainId,
    ...(where === null ? {} : { where }),
    ...(contractColumn === null ? {} : { equals: { column: contractColumn, value: contract.id } }),
    ...(globalCursor === null ? {} : { globalCursor }),
    ...(selection === null ? {} : { only: { column, values: selection.values } }),
    ...(upTo === null || mapping.cursorColumn === null
      ? {}
      : { greatest: { column: mapping.cursorColumn, atMost: upTo } }),
    pageSize: PAGE_SIZE,
  };
}
