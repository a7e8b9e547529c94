const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface Interpolated {
  readonly value: unknown;
  /** What the variables held: secrets, to be kept out of every output. */
  readonly secrets: readonly string[];
  /** The variables that it refers to, set or not. */
  readonly variables: ReadonlySet<string>;
  readonly missing: readonly { readonly path: readonly (string | number)[]; readonly variable: string }[];
}

/** Replaces `${NAME}` in every text of a configuration by the environment's value. */
export function interpolate(value: unknown, env: Readonly<Record<string, string | undefined>>): Interpolated {
  const secrets: string[] = [];
  const variables = new Set<string>();
  const missing: { path: readonly (string | number)[]; variable: string }[] = [];

  const visit = (node: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof node === "string") {
      return node.replace(REFERENCE, (_reference, variable: string) => {
        variables.add(variable);
        const held = env[variable];
        if (held === undefined || held === "") missing.push({ path, variable });
        else secrets.push(held);
        return held ?? "";
      });
    }
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (node === null || typeof node !== "object") return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, visit(item, [...path, key])]));
  };

  return { value: visit(value, []), secrets, variables, missing };
}
