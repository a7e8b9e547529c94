import { play } from "./campaign.js";
import type { CaseName } from "./case.js";
import type { Answer } from "./crew.js";
import { openLab } from "./lab.js";

/** Plays cases, one at a time, as its parent names them. */
const answer = (message: Answer) => void process.send?.(message);
const lab = await openLab((planted) => answer({ kind: "planting", planted }));
let stray: string[] = [];
// What the program leaves behind in this process would end a process of its own.
process.on("unhandledRejection", (error) => void stray.push(`an unhandled rejection: ${String(error)}`));
process.on("uncaughtException", (error) => void stray.push(`an uncaught exception: ${String(error)}`));

async function playOne(name: CaseName): Promise<void> {
  stray = [];
  const startedAt = performance.now();
  try {
    const { planted, faults } = await play(name, lab);
    answer({ kind: "played", planted, faults: [...faults, ...stray], ms: performance.now() - startedAt });
  } catch (error) {
    answer({ kind: "failed", why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

process.on("message", (message: CaseName | "end") => {
  if (message !== "end") return void playOne(message);
  lab.close().then(
    () => process.exit(0),
    () => process.exit(0),
  );
});
// A campaign that was stopped needs no more cases.
process.on("disconnect", () => process.exit(1));
answer({ kind: "ready" });
