// Links the program into node_modules/.bin, where `npx reconcile-streams` looks first in a checkout. Otherwise npx
// installs the checkout into its own cache, which takes seconds, needs the network, and stays broken if a build fails.
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));
const link = `${folder}reconcile-streams`;

// Windows needs shims instead of links; there, npx takes the slow way.
if (process.platform !== "win32" && existsSync(folder)) {
  rmSync(link, { force: true });
  symlinkSync("../../bin/reconcile-streams.js", link);
}
