// Puts the program where `npx reconcile-streams` looks first in a checkout: node_modules/.bin. Without it npx installs
// the checkout into its own cache, which takes seconds, wants the network, and is left broken by a failed build.
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));
const link = `${folder}reconcile-streams`;

// Windows needs shims instead of links; there npx goes its long way.
if (process.platform !== "win32" && existsSync(folder)) {
  rmSync(link, { force: true });
  symlinkSync("../../bin/reconcile-streams.js", link);
}
