import { type Command, Help } from "commander";
import { COMMAND_GROUPS, HELP_GROUP } from "./groups.js";

/** The help text of a command, with its subcommands before its options: newcomers look for them first. */
export function commandsFirst(command: Command, helper: Help): string {
  const text = Help.prototype.formatHelp.call(helper, command, helper).trimEnd();
  const [usage, description, ...groups] = text.split("\n\n");
  const titles = [...Object.keys(COMMAND_GROUPS), HELP_GROUP];
  const isOfCommands = (group: string) => titles.some((title) => group.startsWith(`${title}\n`));
  const [commands, options] = [groups.filter(isOfCommands), groups.filter((group) => !isOfCommands(group))];
  return `${[usage, description, ...commands, ...options].join("\n\n")}\n`;
}
