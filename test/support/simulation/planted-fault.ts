/** What the tool must say about a fault. */
export type FaultKind =
  | "drift"
  | "missing-on-chain"
  | "missing-in-db"
  | "violation"
  | "hole"
  | "duplicate"
  | "insolvent"
  /** The contract's own hole, used: legitimate until it is cancelled, then an overpayment. */
  | "amended";

/** A fault that stays, as it was planted. */
export interface PlantedFault {
  readonly kind: FaultKind;
  /** How it was done, for the story. */
  readonly how: string;
  readonly ledger: number;
  /** The contract's id; null where there is none. */
  readonly onChainId: bigint | null;
  /** The row's id; null where the fault has no row. */
  readonly rowId: string | null;
  /** Of a violation. */
  readonly invariant?: string;
  /** Of an insolvency. */
  readonly token?: string;
}
