import { SeededRandom } from "../support/simulation/seeded-random.js";
import type { BreakClass, CaseName, CaseResult } from "./case.js";
import { configFiles } from "./classes/config-files.js";
import { control } from "./classes/control.js";
import { nodeHttp } from "./classes/node-http.js";
import { nodeRows } from "./classes/node-rows.js";
import { nodeSockets } from "./classes/node-sockets.js";
import { nodeText } from "./classes/node-text.js";
import { nodeXdr } from "./classes/node-xdr.js";
import { postgres } from "./classes/postgres.js";
import { processes } from "./classes/processes.js";
import { records } from "./classes/records.js";
import { savedReports } from "./classes/saved-reports.js";
import { service } from "./classes/service.js";
import { snapshots } from "./classes/snapshots.js";
import { sqlite } from "./classes/sqlite.js";
import type { Lab } from "./lab.js";

export const CLASSES: readonly BreakClass[] = [
  control,
  nodeRows,
  nodeText,
  nodeHttp,
  nodeSockets,
  nodeXdr,
  sqlite,
  postgres,
  configFiles,
  snapshots,
  savedReports,
  processes,
  service,
  records,
];

/** The cases of a campaign, dealt out to the classes by their shares, in an order in which they mix. */
export function plan(cases: number, seed: number, only: string | null): CaseName[] {
  const classes = CLASSES.filter(({ name }) => only === null || name === only);
  const shares = classes.reduce((sum, { share }) => sum + share, 0);
  const names: { readonly name: CaseName; readonly at: number }[] = [];
  let dealt = 0;
  let sharesSoFar = 0;
  for (const { name, share } of classes) {
    sharesSoFar += share;
    const upTo = Math.round((cases * sharesSoFar) / shares);
    const count = upTo - dealt;
    dealt = upTo;
    for (let index = 0; index < count; index += 1) {
      names.push({ name: { class: name, seed, index }, at: (index + 0.5) / count });
    }
  }
  return names.sort((a, b) => a.at - b.at).map(({ name }) => name);
}

/** Plays one case; an error of the campaign itself is reported as such, never as a fault of the program. */
export async function play(name: CaseName, lab: Lab): Promise<CaseResult> {
  const found = CLASSES.find((candidate) => candidate.name === name.class);
  if (found === undefined) throw new Error(`there is no class ${name.class}`);
  const random = new SeededRandom(name.seed).fork(`${name.class} ${name.index}`);
  return found.attack(random, lab);
}
