// Loaded into a measured process before its program: tells its peak memory, in KiB, over file descriptor 3 at its end.
import { writeSync } from "node:fs";

process.on("exit", () => {
  writeSync(3, String(process.resourceUsage().maxRSS));
});
