import type { Settings } from "./settings.js";

/** What of the configuration names each column of the streams' table, for messages about columns that are not there. */
export function columnKeys({ database }: Settings): ReadonlyMap<string, string> {
  const { mapping, contractColumn } = database;
  const named: (readonly [string | null, string])[] = [
    [mapping.streamId, "database.streamId"],
    [mapping.onChainId, "database.onChainId"],
    [contractColumn, "database.contractColumn"],
    [mapping.cursorColumn, "database.cursor.column"],
    ...Object.entries(mapping.fields).map(([name, { column }]) => [column, `database.fields.${name}.column`] as const),
  ];
  const keys = new Map<string, string>();
  for (const [column, key] of named) {
    if (column === null) continue;
    const others = keys.get(column);
    keys.set(column, others === undefined ? key : `${others}, ${key}`);
  }
  return keys;
}
