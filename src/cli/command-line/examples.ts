/** What `--help` says after the options. */
export const EXAMPLES = `
Examples:
  $ reconcile-streams --dry-run
      try it on the bundled demo: nothing needs to be configured
  $ reconcile-streams --db postgres://… --chain https://… --contract C… --dry-run
      check a backend against its contract, and write nothing
  $ reconcile-streams migrate && reconcile-streams --config production.yaml
      create the table of run records once; then check and keep a record
  $ reconcile-streams --dry-run --stream stream_2 --format json
      one stream, for a program

  $ reconcile-streams inspect stream_2
      everything about one stream: why it is red, and what caused it

Exit codes:
  0  in sync: everything was checked, and both sides agree
  1  unexpected failure: a bug
  2  usage or configuration error; nothing was checked
  3  drift: at least one discrepancy
  4  an invariant is violated
  5  incomplete: something could not be checked, or no record could be written
  130, 143  interrupted by SIGINT, SIGTERM

Flags beat environment variables, these beat the configuration file.
`;
