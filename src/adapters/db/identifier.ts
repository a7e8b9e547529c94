import { ConfigurationError } from "../../core/errors.js";

export interface TableName {
  /** Null for the connection's default (PostgreSQL's search path, SQLite's main database). */
  readonly schema: string | null;
  readonly name: string;
}

/** Quotes a name so that SQL matches it exactly. @throws ConfigurationError for an empty name or a NUL */
export function quoteIdentifier(name: string): string {
  if (name === "") throw invalidName(name, "it is empty");
  if (name.includes("\0")) throw invalidName(name, "it contains a NUL character");
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteTable(table: TableName): string {
  const name = quoteIdentifier(table.name);
  return table.schema === null ? name : `${quoteIdentifier(table.schema)}.${name}`;
}

/**
 * Reads `table`, `schema.table` and either part in double quotes (`"my.schema"."Stream"`).
 * Unlike in SQL, unquoted parts keep their case.
 * @throws ConfigurationError for anything else.
 */
export function parseTableName(text: string): TableName {
  const parts: string[] = [];
  const part = /("(?:[^"]|"")*"|[^".]+)(\.|$)/y;
  while (part.lastIndex < text.length || text.endsWith(".")) {
    const match = part.exec(text);
    if (match === null) throw invalidName(text, 'it is not of the form name, schema.name or "My.Schema"."My.Table"');
    const [, name = "", separator] = match;
    parts.push(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
    if (separator === "") break;
  }
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) {
    throw invalidName(text, `it has ${parts.length} parts; a table name has one, or two with its schema`);
  }
  const table = second === undefined ? { schema: null, name: first } : { schema: first, name: second };
  quoteTable(table);
  return table;
}

function invalidName(text: string, reason: string): ConfigurationError {
  return new ConfigurationError(
    "database_name_invalid",
    `${JSON.stringify(text)} is not a valid table or column name: ${reason}.`,
    {
      hints: ['In the configuration\'s database section, write streams, schema.streams or "My.Schema"."Stream".'],
    },
  );
}
