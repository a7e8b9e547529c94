/** Headings of options in `--help`, by what people want to do. A command's own options stand under `own`. */
export const OPTION_GROUPS = {
  sources: "Where the two sides are:",
  scope: "What to check:",
  policy: "What counts as wrong:",
  report: "The report:",
  record: "The record of the run:",
  running: "While it runs:",
  own: "Options:",
  help: "Help:",
} as const;

/** Headings of commands in `--help`, and what stands under each; any other command stands under "Commands:". */
export const COMMAND_GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Check:": ["run"],
  "Understand what was found:": ["inspect", "explain", "render"],
  "Trust the records:": ["gate", "runs"],
  "Set up:": ["doctor", "migrate"],
  "As a service:": ["serve", "trigger"],
};

/** Heading of the command `help`. */
export const HELP_GROUP = "More about one of them:";

/** @param name of the command, with that of its part: `runs verify` */
export function groupOfCommand(name: string): string {
  const [first = ""] = name.split(" ");
  return Object.keys(COMMAND_GROUPS).find((group) => COMMAND_GROUPS[group]!.includes(first)) ?? "Commands:";
}
