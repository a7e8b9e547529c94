/** Deeper than anything that this program reads, yet far from overflowing the stack of what walks through it. */
const MOST_LEVELS = 100;

/** Valid JSON that is nested so deeply that whatever walks through it could overflow the stack. */
export class NestedTooDeeply extends Error {
  override readonly name = "NestedTooDeeply";

  constructor() {
    super(`it is nested more than ${MOST_LEVELS} levels deep`);
  }
}

/**
 * Parses JSON that another program or a person wrote.
 * @throws SyntaxError unless it is JSON, NestedTooDeeply
 */
export function parseForeignJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  refuseDeep(value);
  return value;
}

/** @param value of JSON or YAML; it may contain itself @throws NestedTooDeeply */
export function refuseDeep(value: unknown): void {
  if (isDeeper(value, MOST_LEVELS)) throw new NestedTooDeeply();
}

/** Recursive itself, but never beyond the limit. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}
