/** The operator's own SQL within a statement, and the configuration key it comes from. */
export interface OperatorClause {
  readonly key: string;
  readonly sql: string;
}

export function streamsClause(sql: string | undefined): OperatorClause | undefined {
  return sql === undefined ? undefined : { key: "database.where", sql };
}

export function cursorClause(sql: string | undefined): OperatorClause | undefined {
  return sql === undefined ? undefined : { key: "database.cursor.where", sql };
}

/** The clause as a detail of an error. */
export function clauseText(clause: OperatorClause | undefined): string[] {
  return clause === undefined ? [] : [`${clause.key}: ${clause.sql}`];
}

/** As a condition among others: the line break ends a comment at the end of the operator's SQL. */
export function condition(clause: OperatorClause): string {
  return `(${clause.sql}\n)`;
}

/**
 * A statement that reads no row, and fails unless the operator's SQL is a condition by itself. In parentheses alone,
 * `a) OR (b` would pass as well, and undo the conditions beside it: that of a page, too, so that no page were the last.
 */
export function conditionTest(table: string, clause: OperatorClause): string {
  return `SELECT 1 FROM ${table} WHERE ${clause.sql}\nLIMIT 0`;
}
