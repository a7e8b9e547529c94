/** How far a run is, for progress output. */
export type RunProgress =
  | {
      readonly phase: "comparing";
      /** Streams seen so far. */
      readonly seen: number;
      /** About how many there are: what was asked for, or what the contract counts; null if unknown. */
      readonly total: number | null;
    }
  | {
      /** `waiting` for the ledger, then `looking-again` at it. */
      readonly phase: "waiting" | "looking-again";
      /** Which further look, from 1, of how many there will be at least. */
      readonly look: number;
      readonly looks: number;
      /** Streams that differ and are looked at again, and of them those that this look has seen so far. */
      readonly streams: number;
      readonly seen: number;
      /** The first ledger that is late enough. */
      readonly ledger: number;
    };

export type OnProgress = (progress: RunProgress) => void;
