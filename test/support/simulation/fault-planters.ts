import { aboveCount, amendedAway, corruptEntry, drain, hole } from "./entry-faults.js";
import type { FaultPlanter } from "./fault-ground.js";
import { deletedRow, duplicateRow, ghostRow, wrongRow } from "./row-faults.js";

/** Those that come in many shapes are in the list more than once. */
export const FAULT_PLANTERS: readonly FaultPlanter[] = [
  wrongRow,
  wrongRow,
  deletedRow,
  duplicateRow,
  ghostRow,
  hole,
  aboveCount,
  corruptEntry,
  corruptEntry,
  corruptEntry,
  drain,
  amendedAway,
];
