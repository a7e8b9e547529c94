/** A task, and the command line for it. A test runs each. */
export type Example = readonly [what: string, command: string];

/** The examples of a command, as `--help` prints them after the options. */
export function examples(list: readonly Example[]): string {
  const lines = list.flatMap(([what, command]) => [`  ${what}`, `    $ reconcile-streams ${command}`]);
  return ["", "Examples:", ...lines].join("\n");
}

export const RUN_EXAMPLES: readonly Example[] = [
  ["try it on the bundled demo; no configuration needed", "--dry-run"],
  ["check a backend against its contract without keeping a record", "--config production.yaml --dry-run"],
  ["check it every night and keep a record", "--config production.yaml --timeout 3600"],
  ["check a single stream", "--dry-run --stream stream_2"],
  ["check in CI, with a report for other programs", "--dry-run --format json --output report.json"],
  [
    "print a table, and write a web page and results for the CI system",
    "--dry-run --report html=out.html --report junit=out.xml",
  ],
];

/** What `--help` of the program says after the commands. */
export const EPILOGUE = `${examples([
  ...RUN_EXAMPLES.slice(0, 2),
  ["create the table of run records, once", "migrate --config production.yaml"],
  ["find out what would stop a run, and what to do about it", "doctor --config production.yaml"],
  ...RUN_EXAMPLES.slice(2),
  ["see why a stream was reported, and what caused it", "inspect stream_2"],
  ["explain a code in the report, or an exit code", "explain drift"],
  ["turn a saved report into a web page", "render report.json --format html --output report.html"],
])}

Exit codes (explain <code> says what to do):
  0  in sync: everything was checked, and both sides agree
  1  unexpected failure: a bug
  2  usage or configuration error; nothing was checked
  3  drift: at least one discrepancy
  4  an invariant is violated
  5  incomplete: something could not be checked, or no record could be written
  130, 143  interrupted by SIGINT, SIGTERM

Flags override environment variables, which override the configuration file.`;
