/** A fault of the program that is known and not yet mended: it is counted apart, so that a new one is noticed. */
interface KnownFault {
  readonly class: string;
  /** What was planted. */
  readonly planted: RegExp;
  readonly fault: RegExp;
}

/** Take an entry out once its fault is mended: the campaign then falls if it comes back. */
const KNOWN_FAULTS: readonly KnownFault[] = [
  // The parser's message repeats the file's text as it came.
  { class: "configuration", planted: /a NUL within|a hostile key|text/, fault: /^control character/ },
  { class: "saved reports", planted: /UTF-16|a NUL within|byte/, fault: /^control character/ },
  // So do messages of SQLite.
  { class: "SQLite", planted: /where: |bytes flipped|a page of noise/, fault: /^control character/ },
  // SQLite's own functions reach outside the database, and its statements cannot be interrupted.
  { class: "SQLite", planted: /where: writefile/, fault: /^a condition wrote a file/ },
  { class: "SQLite", planted: /where: .*(RECURSIVE|randomblob)/, fault: /^hang/ },
  // libsql ends the process when text of the file's schema is no UTF-8.
  { class: "SQLite", planted: /bytes flipped|a page of noise/, fault: /^crash/ },
  // The driver throws where nobody can catch it when the server's first message is garbled.
  { class: "PostgreSQL", planted: /a byte of the server/, fault: /^an uncaught exception/ },
  // Nobody looks whether the record's UPDATE changed a row.
  { class: "PostgreSQL", planted: /records that vanish/, fault: /^lost record/ },
  { class: "processes", planted: /SIGKILL .*sqlite/, fault: /^exit 5, expected .* Another run/ },
  { class: "processes", planted: /a disk with/, fault: /^false green/ },
  { class: "processes", planted: /a folder that is gone/, fault: /^(exit 1|a stack trace|a crash)/ },
  // The next run mends the head, and what it covered is forgotten.
  {
    class: "records",
    planted: /deleted and the head set back|UPDATE|DELETE|rewritten/,
    fault: /^verify after the next run: false/,
  },
];

export function isKnownFault(className: string, planted: string, fault: string): boolean {
  return KNOWN_FAULTS.some(
    (known) => known.class === className && known.planted.test(planted) && known.fault.test(fault),
  );
}
