// Finds the places of a source file that can be changed so that a test ought to fail.
import ts from "typescript";

/** By operator: what replaces it, and the name of the change. */
const OPERATORS = {
  ...{ "<": ["<=", "boundary"], "<=": ["<", "boundary"], ">": [">=", "boundary"], ">=": [">", "boundary"] },
  ...{ "&&": ["||", "logic"], "||": ["&&", "logic"], "===": ["!==", "equality"], "!==": ["===", "equality"] },
  ...{ "+": ["-", "arithmetic"], "-": ["+", "arithmetic"], "+=": ["-=", "arithmetic"], "-=": ["+=", "arithmetic"] },
};

/** What a function returns at once, by its declared type. */
const EARLY_RETURNS = [
  [/^boolean$| is /, ["true", "false"]],
  [/\bnull$/, ["null"]],
  [/\bundefined$/, ["undefined"]],
  [/\[\]$/, ["[]"]],
  [/^void$/, [""]],
  [/^bigint$/, ["0n"]],
  [/^number$/, ["0"]],
  [/^string$/, ['""']],
];

/** Every mutant of a file: the name of the change, its place, and the source with the change made. */
export function mutantsOf(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const mutants = [];
  const add = (name, node, text) => {
    const [start, end] = [node.getStart(tree), node.getEnd()];
    const { line, character } = tree.getLineAndCharacterOfPosition(start);
    const place = `${file}:${line + 1}:${character + 1}`;
    const mutated = source.slice(0, start) + text + source.slice(end);
    mutants.push({ name, file, place, from: source.slice(start, end), to: text, mutated });
  };
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    changesOf(node, add);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutants;
}

function changesOf(node, add) {
  const condition = conditionOf(node);
  if (condition !== undefined) add("condition", condition, `!(${condition.getText()})`);
  if (ts.isBinaryExpression(node)) changeOperator(node, add);
  if (ts.isExpressionStatement(node) && !/^(super\b|"use)/.test(node.getText())) add("statement", node, ";");
  if (ts.isThrowStatement(node)) add("throw", node, ";");
  if (ts.isCatchClause(node) && node.block.statements.length > 0) add("catch", node.block, "{}");
  if (ts.isAwaitExpression(node)) add("await", node, node.expression.getText());
  if (isWord(node)) add("string", node, '""');
  if (ts.isFunctionLike(node) && node.body !== undefined && ts.isBlock(node.body)) returnEarly(node, add);
}

function conditionOf(node) {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return node.expression;
  return ts.isConditionalExpression(node) ? node.condition : undefined;
}

function changeOperator(node, add) {
  const [operator, name] = OPERATORS[node.operatorToken.getText()] ?? [];
  const isText = [node.left, node.right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
  // A condition that is one comparison is negated as a whole already.
  const isNegated = name === "equality" && conditionOf(node.parent) === node;
  if (operator !== undefined && !isNegated && !(name === "arithmetic" && isText))
    add(name, node.operatorToken, operator);
}

/** A string that the program works with: a sentence is for people. */
function isWord(node) {
  if (!ts.isStringLiteral(node) || node.text === "" || /\s/.test(node.text)) return false;
  const { parent } = node;
  const isImport = ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
  return !isImport && parent.name !== node;
}

function returnEarly(node, add) {
  const type = (node.type?.getText() ?? "").replace(/^Promise<(.*)>$/, "$1");
  const values = EARLY_RETURNS.find(([pattern]) => pattern.test(type))?.[1] ?? [];
  for (const value of values) {
    const body = node.body.getText();
    if (value !== "" || node.body.statements.length > 1) add("return", node.body, `{ return ${value};${body.slice(1)}`);
  }
}

/** A few changes make what cannot be parsed, such as `||` beside `??`. */
export function isJavaScript(source) {
  const { diagnostics } = ts.transpileModule(source, { reportDiagnostics: true });
  return diagnostics.length === 0;
}
