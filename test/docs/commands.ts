import type { Block } from "./markdown.js";

/** A call of the program in a document: its arguments, without `npx reconcile-streams` or what else starts it. */
export interface DocumentedCommand {
  readonly args: readonly string[];
  readonly text: string;
}

const STARTS = [
  ["npx", "reconcile-streams"],
  ["npm", "run", "-s", "reconcile", "--"],
  ["npm", "run", "reconcile", "--"],
  ["node", "bin/reconcile-streams.js"],
  ["node", "/opt/reconcile-streams/bin/reconcile-streams.js"],
  ["/usr/bin/node", "/opt/reconcile-streams/bin/reconcile-streams.js"],
  ["reconcile-streams"],
];

/** Every call of the program in a block of shell, comments left out. */
export function commandsIn({ text }: Pick<Block, "text">): DocumentedCommand[] {
  return simpleCommands(text.replace(/\\\n\s*/g, " ")).flatMap((words) => {
    const start = STARTS.find((candidate) => candidate.every((word, index) => words[index] === word));
    return start === undefined ? [] : [{ args: withoutRedirection(words.slice(start.length)), text: words.join(" ") }];
  });
}

/** `> file` is the shell's. */
function withoutRedirection(words: readonly string[]): string[] {
  const at = words.indexOf(">");
  return words.slice(0, at < 0 ? undefined : at);
}

/** Words of each command of a script: enough of shell for documents, quotes included; no substitution. */
function simpleCommands(script: string): string[][] {
  const commands: string[][] = [];
  const token = /#[^\n]*|&&|\|\||[|;\n]|(?:"[^"]*"|'[^']*'|[^\s|;&"']|&(?!&))+/g;
  let words: string[] = [];
  for (const [found] of script.matchAll(token)) {
    if (found.startsWith("#")) continue;
    if (/^(&&|\|\||[|;\n])$/.test(found)) {
      commands.push(words);
      words = [];
    } else {
      words.push(found.replace(/"([^"]*)"|'([^']*)'/g, (_all, double, single) => double ?? single));
    }
  }
  return [...commands, words].filter(({ length }) => length > 0);
}

/** The arguments in a sentence: "`npm ci && npx reconcile-streams --dry-run`". */
export function commandsInSpan(code: string): DocumentedCommand[] {
  return commandsIn({ text: code });
}
