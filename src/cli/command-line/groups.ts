/** Headings of options in `--help`. A command's own options come under `own`. */
export const OPTION_GROUPS = {
  sources: "Configuration:",
  scope: "What to check:",
  policy: "What counts as wrong:",
  report: "The report:",
  record: "The run's record:",
  running: "While it runs:",
  own: "Options:",
  help: "Help:",
} as const;

/** Headings of commands in `--help`, and the commands under each; all others come under "Commands:". */
export const COMMAND_GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Check:": ["run"],
  "Understand findings:": ["inspect", "explain", "render"],
  "Use the records:": ["gate", "runs"],
  "Set up:": ["doctor", "migrate"],
  "As a service:": ["serve", "trigger"],
};

/** Heading of the command `help`. */
export const HELP_GROUP = "Help with a command:";

/** @param name of the command, in full: `runs verify` */
export function groupOfCommand(name: string): string {
  const [first = ""] = name.split(" ");
  return Object.keys(COMMAND_GROUPS).find((group) => COMMAND_GROUPS[group]!.includes(first)) ?? "Commands:";
}
