/**
 * What a status means to the invariants, independent of its name in the contract. Settled: everything was paid. Ended:
 * the contract defines the status but never sets it.
 */
export const PHASES = ["Draft", "Active", "Paused", "Settled", "Cancelled", "Ended"] as const;
export type Phase = (typeof PHASES)[number];

/** Both in upper case, as statuses are compared. */
export type PhaseNames = ReadonlyMap<string, string>;

/** Phases by status, where their names differ; null: they never do. */
export function phaseNames(phases: Readonly<Record<string, Phase>> | undefined): PhaseNames | null {
  if (phases === undefined) return null;
  return new Map(Object.entries(phases).map(([status, phase]) => [status.toUpperCase(), phase.toUpperCase()]));
}
