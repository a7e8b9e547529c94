import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "./markdown.js";

/** Calls whose arguments name a code, and which argument that is. */
const CALLS: Readonly<Record<string, { readonly kind: CodeKind; readonly index: number }>> = {
  ConfigurationError: { kind: "error", index: 0 },
  UnavailableError: { kind: "error", index: 0 },
  RpcFault: { kind: "error", index: 0 },
  super: { kind: "error", index: 0 },
  fault: { kind: "error", index: 0 },
  addError: { kind: "error", index: 0 },
  unchecked: { kind: "error", index: 1 },
  addNotice: { kind: "notice", index: 0 },
  violation: { kind: "invariant", index: 1 },
};

type CodeKind = "error" | "notice" | "invariant";

export interface EmittedCodes {
  readonly errors: ReadonlySet<string>;
  readonly notices: ReadonlySet<string>;
  /** Those that are reported by name outside of the list of a stream's invariants. */
  readonly invariants: ReadonlySet<string>;
}

type Sets = Readonly<Record<CodeKind, Set<string>>>;
type Constants = ReadonlyMap<string, string>;

/**
 * Every code of an error or notice, and every name of an invariant, that the source can emit, read from its syntax:
 * literals, or constants by their names, where an error is made, and `code: "…"` of values. A value is a notice when the
 * function or variable around it is named so.
 */
export function emittedCodes(): EmittedCodes {
  const sets = { error: new Set<string>(), notice: new Set<string>(), invariant: new Set<string>() };
  const roots = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((source) => source.endsWith(".ts"))
    .map((name) => join(ROOT, "src", name))
    .map((path) => ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true));
  const constants = new Map(roots.flatMap(textConstants));
  for (const root of roots) collect(root, constants, sets);
  return { errors: sets.error, notices: sets.notice, invariants: sets.invariant };
}

/** `const NODE_BEHIND = "node_behind_database"` at the top of a file. */
function textConstants(root: ts.SourceFile): [string, string][] {
  const declared = root.statements.filter(ts.isVariableStatement).flatMap((all) => all.declarationList.declarations);
  return declared.flatMap(({ name, initializer }) =>
    initializer !== undefined && ts.isStringLiteral(initializer) ? [[name.getText(), initializer.text]] : [],
  );
}

function collect(root: ts.Node, constants: Constants, sets: Sets): void {
  const visit = (node: ts.Node, around: string): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const call = CALLS[calledName(node.expression)];
      const argument = call === undefined ? undefined : node.arguments?.[call.index];
      if (call !== undefined && argument !== undefined) addTexts(argument, constants, sets[call.kind]);
    }
    if ((ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) && node.initializer !== undefined) {
      const name = node.name.getText();
      if (name === "code")
        addTexts(node.initializer, constants, sets[/notice|#note/i.test(around) ? "notice" : "error"]);
      if (name === "invariant") addTexts(node.initializer, constants, sets.invariant);
    }
    const named = ts.isFunctionLike(node) || ts.isVariableDeclaration(node) ? node.name?.getText() : undefined;
    ts.forEachChild(node, (child) => visit(child, named ?? around));
  };
  visit(root, "");
}

function calledName(expression: ts.Expression): string {
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
}

/** Texts that can be a code: zod and commander have codes of their own, which are no words with underscores. */
function addTexts(node: ts.Node, constants: Constants, codes: Set<string>): void {
  const text = ts.isStringLiteral(node) ? node.text : ts.isIdentifier(node) ? constants.get(node.text) : undefined;
  if (text !== undefined && /^[a-z][a-z0-9_]*$/.test(text) && text !== "custom") codes.add(text);
  if (ts.isConditionalExpression(node)) {
    addTexts(node.whenTrue, constants, codes);
    addTexts(node.whenFalse, constants, codes);
  }
}
