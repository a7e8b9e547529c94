/** A fault of the program that is known and not yet mended: it is counted apart, so that a new one is noticed. */
interface KnownFault {
  readonly class: string;
  /** What was planted. */
  readonly planted: RegExp;
  readonly fault: RegExp;
}

const OVERFLOW = /^exit 1\b.*(Maximum call stack|expected)/;

/** Take an entry out once its fault is mended: the campaign then falls if it comes back. */
const KNOWN_FAULTS: readonly KnownFault[] = [
  // The balance's map has a key twice, and the first counts.
  { class: "node rows", planted: /a balance that is told twice/, fault: /^false green/ },
  // Secrets that the node repeats outside of an error's message, or in another form.
  { class: "node text", planted: /is an echo|an echo within/, fault: /^secret in/ },
  { class: "node text", planted: /echoes secrets/, fault: /^secret in .*(the Basic header|in another form)/ },
  // JSON that is deeper than the stack.
  { class: "node text", planted: /deep/, fault: OVERFLOW },
  { class: "saved reports", planted: /deep/, fault: OVERFLOW },
  { class: "configuration", planted: /a deep value|an alias of itself/, fault: OVERFLOW },
  { class: "configuration", planted: /a deep value/, fault: /^crash/ },
  // Foreign text of any length is repeated as it came.
  { class: "node text", planted: /a huge text/, fault: /characters of output$|^hang/ },
  { class: "configuration", planted: /a huge key/, fault: /characters of output$|^hang/ },
  { class: "configuration", planted: /a NUL within|a hostile key|text/, fault: /^control character/ },
  { class: "saved reports", planted: /UTF-16|a NUL within|byte/, fault: /^control character/ },
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
