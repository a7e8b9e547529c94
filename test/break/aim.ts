import { WORLD_CONTRACT } from "../support/cli-world.js";
import type { SeededRandom } from "../support/simulation/seeded-random.js";
import { streamKey } from "../support/streampay-contract.js";
import { ledgerKeyOf } from "../support/test-ledger.js";
import type { Exchange } from "./hostile-node.js";
import type { World } from "./world.js";

/** The LedgerKey of the victim's entry, as base64. */
export function victimKey({ sides }: World): string {
  const key = streamKey(sides.victim.id);
  return ledgerKeyOf({ contract: WORLD_CONTRACT, key, durability: "persistent" }).toXDR("base64");
}

/** Which requests an attack strikes. */
export interface Aim {
  readonly says: string;
  /** The victim cannot be read at any time: whoever calls it checked is wrong. */
  readonly hidesVictim: boolean;
  hits(exchange: Exchange): boolean;
}

/** Every request; those for the victim alone, while all others are answered; or one request of many. */
export function drawAim(random: SeededRandom, world: World): Aim {
  const nth = random.int(0, 6);
  const key = victimKey(world);
  return random.pick<Aim>([
    { says: "always", hidesVictim: true, hits: () => true },
    { says: "for the victim", hidesVictim: true, hits: ({ request }) => request.keys.includes(key) },
    { says: `request ${nth}`, hidesVictim: false, hits: (exchange) => exchange.nth === nth },
  ]);
}
