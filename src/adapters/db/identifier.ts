import { ConfigurationError } from "../../core/errors.js";

export interface TableName {
  /** Null: wherever the connection finds it (PostgreSQL's search path, SQLite's main database). */
  readonly schema: string | null;
  readonly name: string;
}

/** A name as SQL reads it exactly, whatever it contains: in double quotes, each double quote within doubled. */
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
 * Unlike in SQL, a part without quotes keeps its case.
 * @throws ConfigurationError when the text is none of these.
 */
export function parseTableName(text: string): TableName {
  const parts: string[] = [];
  const part = /("(?:[^"]|"")*"|[^".]+)(\.|$)/y;
  while (part.lastIndex < text.length || text.endsWith(".")) {
    const match = part.exec(text);
    if (match === null) throw invalidName(text, 'it is not a name, "schema.name", or names in double quotes');
    const [, name = "", separator] = match;
    parts.push(name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
    if (separator === "") break;
  }
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) {
    throw invalidName(text, `it has ${parts.length} parts where a table has one, or two with its schema`);
  }
  const table = second === undefined ? { schema: null, name: first } : { schema: first, name: second };
  quoteTable(table);
  return table;
}

function invalidName(text: string, reason: string): ConfigurationError {
  return new ConfigurationError(
    "database_name_invalid",
    `${JSON.stringify(text)} is not a usable name of a table or column: ${reason}.`,
    {
      hints: [
        'Write streams, schema.streams, or with quotes "My.Schema"."Stream" in the configuration\'s database section.',
      ],
    },
  );
}
