import type { ContractModel } from "./contract-model.js";
import type { PlantedFault } from "./planted-fault.js";
import type { SeededRandom } from "./seeded-random.js";
import type { TableModel } from "./table-model.js";

export interface FaultGround {
  readonly contract: ContractModel;
  readonly table: TableModel;
  readonly random: SeededRandom;
  /** The last ledger that the indexer has seen: what a row in good order may claim at most. */
  readonly indexedUpTo: number;
  /** A close time that no run reaches, seconds. */
  readonly farAhead: bigint;
  /** Streams that no fault has touched, which have an entry and one row. */
  soundStreams(): bigint[];
  /** No operation may touch the stream any more. */
  freeze(id: bigint): void;
}

/** Plants a fault on sound ground; null where there was no place for it. */
export type FaultPlanter = (ground: FaultGround) => PlantedFault | null;

/** A stream that no fault has touched; null where there is none. */
export function pickSound(ground: FaultGround): bigint | null {
  const sound = ground.soundStreams();
  return sound.length === 0 ? null : ground.random.pick(sound);
}

/** What every fault's record says. */
export function common({ contract }: FaultGround, onChainId: bigint | null, rowId: string | null) {
  return { ledger: contract.ledger, onChainId, rowId };
}
