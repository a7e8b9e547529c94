/** A fault of the program that is known and not yet mended: it is counted apart, so that a new one is noticed. */
interface KnownFault {
  readonly class: string;
  /** What was planted. */
  readonly planted: RegExp;
  readonly fault: RegExp;
  readonly why: string;
}

const KNOWN_FAULTS: readonly KnownFault[] = [];

/** @returns why the fault is known; null: it is new */
export function knownFault(className: string, planted: string, fault: string): string | null {
  const known = KNOWN_FAULTS.find(
    (candidate) => candidate.class === className && candidate.planted.test(planted) && candidate.fault.test(fault),
  );
  return known?.why ?? null;
}
