/** A fault of the program that is known and not yet mended: it is counted apart, so that a new one is noticed. */
interface KnownFault {
  readonly class: string;
  /** What was planted. */
  readonly planted: RegExp;
  readonly fault: RegExp;
}

/** Take an entry out once its fault is mended: the campaign then falls if it comes back. */
const KNOWN_FAULTS: readonly KnownFault[] = [
  // SQLite's statements cannot be interrupted.
  { class: "SQLite", planted: /where: .*(RECURSIVE|randomblob)/, fault: /^hang/ },
  // libsql ends the process when text of the file's schema is no UTF-8.
  { class: "SQLite", planted: /bytes flipped|a page of noise/, fault: /^crash/ },
];

export function isKnownFault(className: string, planted: string, fault: string): boolean {
  return KNOWN_FAULTS.some(
    (known) => known.class === className && known.planted.test(planted) && known.fault.test(fault),
  );
}
