/** The operator's own SQL condition, and the configuration key it comes from. */
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

/** The clause as an error detail. */
export function clauseText(clause: OperatorClause | undefined): string[] {
  return clause === undefined ? [] : [`${clause.key}: ${clause.sql}`];
}

/** The clause as one condition among others: the line break ends a trailing comment in the operator's SQL. */
export function condition(clause: OperatorClause): string {
  return `(${clause.sql}\n)`;
}

/**
 * A statement that reads no rows and fails unless the operator's SQL is a complete condition. Parentheses alone would
 * let `a) OR (b` through, which undoes the conditions next to it, paging included: reading would never end.
 */
export function conditionTest(table: string, clause: OperatorClause): string {
  return `SELECT 1 FROM ${table} WHERE ${clause.sql}\nLIMIT 0`;
}
