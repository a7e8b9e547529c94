import type { BreakClass } from "../case.js";
import { PLANTS } from "../planted.js";
import { inWorld } from "../world.js";

/** No attack at all: the plants themselves must come out as they should, or the other cases would prove nothing. */
export const control: BreakClass = {
  name: "control",
  share: 3,
  attack: (random, lab) =>
    inWorld(random, lab, { chain: random.pick(["rpc", "snapshot"]) }, async (world) => {
      const { exit } = PLANTS[world.plant];
      const outcome = await world.run({ more: ["--format", "json"] });
      const expected = world.expects(null, { codes: [exit], json: { streams: world.streams } });
      return {
        planted: `${world.plant}, ${world.store.kind}`,
        faults: await world.judge(outcome, expected, true),
      };
    }),
};
