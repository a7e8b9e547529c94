/**
 * What a status means to the invariants, whatever a contract calls it. A settled stream has paid everything; an ended one
 * is a status that exists and is never set.
 */
export const PHASES = ["Draft", "Active", "Paused", "Settled", "Cancelled", "Ended"] as const;
export type Phase = (typeof PHASES)[number];

/** Both in upper case, as statuses are compared. */
export type PhaseNames = ReadonlyMap<string, string>;

/** Phases by status, where the two have different names; null: nowhere. */
export function phaseNames(phases: Readonly<Record<string, Phase>> | undefined): PhaseNames | null {
  if (phases === undefined) return null;
  return new Map(Object.entries(phases).map(([status, phase]) => [status.toUpperCase(), phase.toUpperCase()]));
}
