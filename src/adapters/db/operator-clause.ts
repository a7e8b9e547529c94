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
