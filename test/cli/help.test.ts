import { readFile } from "node:fs/promises";
import { COMMANDS } from "../../src/cli/command-line/declaration.js";
import { COMMAND_GROUPS, groupOfCommand } from "../../src/cli/command-line/groups.js";
import { packagesLoaded } from "../support/cli-binary.js";
import { cli } from "../support/cli-io.js";

const manifest = JSON.parse(await readFile("package.json", "utf8")) as { version: string };

describe("--help", () => {
  it("says what there is", async () => {
    const { code, stdout, stderr } = await cli(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
"Usage: reconcile-streams [options] [command]

Compares payment streams in a database with the Soroban escrow contract that
holds the money.

Check:
  run [options]                 run a reconciliation: what happens without a
                                command, too

Understand what was found:
  inspect [options] <streamId>  everything about one stream: both sides, the
                                verdict, and what caused it
  explain [options] [code...]   say what a code means, and what to do about it
  render [options] <report>     show a saved report in any format

Trust the records:
  gate [options]                exit with the code of the newest recorded run of
                                all streams, if it can be trusted
  runs                          the runs' records: runs verify says whether they
                                are unaltered

Set up:
  migrate [options]             create the table reconciliation_runs, which
                                keeps the runs' records
  doctor [options]              check everything that a run needs, and say what
                                to do about what is wrong

As a service:
  serve [options]               answer signed requests for runs over HTTP, with
                                health and metrics beside
  trigger [options]             ask a service for a run, and print its report

More about one of them:
  help [command]                what it takes, with examples

Where the two sides are:
  --db <url>                    database: postgres://… or sqlite:<path>
                                (DATABASE_URL)
  --chain <url>                 chain: http(s)://… of a Soroban RPC or
                                snapshot:<path> (SOROBAN_RPC_URL)
  --contract <id>               the escrow contract, C… (STREAM_CONTRACT_ID)
  --config <file>               configuration file (RECONCILE_CONFIG)

What to check:
  --stream <id...>              only these streams, by the id that the report
                                prints
  --db-only                     check the database's rows only, not what the
                                contract has beyond them
  --allow-empty                 a database without any stream is in order

What counts as wrong:
  --tolerance <n>               largest difference of an amount that counts as
                                equal, in base units (RECONCILE_TOLERANCE;
                                default 0)
  --max-lag <ledgers>           how long the database may take to catch up
                                before lag is drift (default 120)
  --confirm <n>                 look again n times at streams that differ, each
                                time a ledger later (default 3; 0: do not)
  --fail-on <kinds>             fail on these kinds of findings only: drift,
                                violation, incomplete, missing-in-db, lag,
                                archived, ttl (default drift, violation,
                                incomplete, missing-in-db)

The report:
  --format <name>               table, json, ndjson, csv, markdown, junit,
                                github or html (default table)
  --limit <rows>                rows of each block of table and markdown
                                (default 50; 0: all)
  --output <file>               write the report there, not to standard output
  --report <format=file>        write it there too, in that format; may be given
                                again

The record of the run:
  --dry-run                     check and report, write nothing anywhere
  --requested-by <name>         who asked for this run, for its record (default:
                                the OS user)
  --service <name>              the service that asks, for its record
                                (RECONCILE_SERVICE)
  --key-id <id>                 the key of auth.keys that proves it
                                (RECONCILE_KEY_ID)

While it runs:
  --concurrency <n>             RPC requests in flight (default 8 to 32)
  --timeout <seconds>           end the run after so long, incomplete
  --quiet                       nothing but the report and errors
  --verbose                     more about errors: codes and stack traces
  --no-color                    no colour (NO_COLOR)
  --no-progress                 no progress line on a terminal

Help:
  -V, --version                 print the version
  -h, --help                    print this help

Examples:
  see it work on the bundled demo; nothing needs to be configured
    $ reconcile-streams --dry-run
  check a backend against its contract, and write nothing
    $ reconcile-streams --config production.yaml --dry-run
  create the table of run records, once
    $ reconcile-streams migrate --config production.yaml
  find out what a run would stop at, and what to do about it
    $ reconcile-streams doctor --config production.yaml
  check it every night, and keep a record
    $ reconcile-streams --config production.yaml --timeout 3600
  look at one stream alone
    $ reconcile-streams --dry-run --stream stream_2
  check in CI, with a report for programs
    $ reconcile-streams --dry-run --format json --output report.json
  a table here, a page for a manager, and results for the CI system
    $ reconcile-streams --dry-run --report html=out.html --report junit=out.xml
  see why one stream is red, and what caused it
    $ reconcile-streams inspect stream_2
  understand a code of the report, or an exit code
    $ reconcile-streams explain drift
  turn a saved report into a page
    $ reconcile-streams render report.json --format html --output report.html

Exit codes (explain <code> says what to do):
  0  in sync: everything was checked, and both sides agree
  1  unexpected failure: a bug
  2  usage or configuration error; nothing was checked
  3  drift: at least one discrepancy
  4  an invariant is violated
  5  incomplete: something could not be checked, or no record could be written
  130, 143  interrupted by SIGINT, SIGTERM

Flags beat environment variables, these beat the configuration file.
"
`);
  });

  it.each(COMMANDS)("of %s fits 80 columns and starts with its usage", async (command) => {
    const { code, stdout } = await cli([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: reconcile-streams ${command} \\[options\\]( .*)?\n`));
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("lists every command under a heading that says what it is for", () => {
    const grouped = Object.values(COMMAND_GROUPS).flat();
    expect(grouped.filter((name) => !COMMANDS.some((command) => command.split(" ")[0] === name))).toEqual([]);
    expect(new Set(grouped).size).toBe(grouped.length);
    expect(COMMANDS.map(groupOfCommand)).not.toContain("Commands:");
    expect(groupOfCommand("no-such-command")).toBe("Commands:");
  });

  it("loads no database driver, no HTTP client and no parser of big files", async () => {
    const { code, packages } = await packagesLoaded(["--help"]);
    expect(code).toBe(0);
    expect([...packages].sort()).toEqual(["commander"]);
  });
});

it("a run without any configuration does not load what checks one", async () => {
  const { code, packages } = await packagesLoaded(["--dry-run"]);
  expect(code).toBe(4);
  expect(packages).toContain("libsql");
  for (const heavy of ["zod", "pg", "undici", "yaml", "fastify", "prom-client"]) expect(packages).not.toContain(heavy);
});

it("a run with a configuration loads what checks one", async () => {
  const { code, packages } = await packagesLoaded(["--dry-run", "--db", "nothing"]);
  expect(code).toBe(2);
  expect(packages).toContain("zod");
});

describe("the command line", () => {
  it.each([["--version"], ["-V"]])("prints the version with %s", async (flag) => {
    expect(await cli([flag])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  it.each([
    [["migrat"], /there is no command "migrat": did you mean "migrate"\?/],
    [["explian", "drift"], /there is no command "explian": did you mean "explain"\?/],
    [["help", "inspet"], /there is no command "inspet": did you mean "inspect"\?/],
    [["check"], /there is no command "check": known: .*\brun\b/],
    [["--stream"], /option '--stream <id...>' argument missing/],
    [["run", "--frmat", "json"], /unknown option '--frmat'[\s\S]*--format/],
    [["--dry-run", "migrate"], /migrate creates a table, which --dry-run forbids/],
    [["gate"], /required option '--max-age <time>' not specified/],
    [["run", "stream_2"], /too many arguments for 'run'[\s\S]*one stream: --stream <id>, or inspect <id>/],
    [["doctor", "production.yaml"], /too many arguments for 'doctor'/],
    [["runs", "verify", "x"], /too many arguments for 'verify'[\s\S]*runs verify --help lists/],
    [["render", "a.json", "b.json"], /too many arguments for 'render'/],
    [["--report", "html=a.html", "doctor"], /--report is no option of doctor/],
    [["--output", "a.txt", "migrate", "--print"], /--output is no option of migrate/],
    [["--db-only", "gate", "--max-age", "1h"], /--db-only is no option of gate/],
    [["--stream", "stream_2", "render", "a.json"], /--stream: takes every word that follows, "render" too/],
    [["help", "verfy"], /there is no command "verfy": known: .*\bruns\b/],
    [["--format", "XML"], /"XML" is no format: did you mean "junit"\?/],
    [["--format", ""], /"" is no format: known: csv, /],
    [["explain", ""], /There is no code ""\.\n {2}→ reconcile-streams explain lists/],
    [["runs"], /Usage: reconcile-streams runs /],
    [["runs", "verfy"], /unknown command 'verfy'[\s\S]*verify/],
    [["migrate", "--dry-run"], /unknown option '--dry-run'/],
  ])("refuses %j", async (args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("helps with a command by its name, too", async () => {
    const [asked, plain] = [await cli(["help", "render"]), await cli(["render", "--help"])];
    expect(asked).toEqual(plain);
    expect((await cli(["help"])).stdout).toBe((await cli(["--help"])).stdout);
  });

  it("takes options before and after a command", async () => {
    const [plain, before, after] = [
      await cli(["--dry-run", "--format", "json", "--stream", "stream_1"]),
      await cli(["--dry-run", "--format", "json", "--stream", "stream_1", "--quiet", "run"]),
      await cli(["run", "--dry-run", "--format", "json", "--stream", "stream_1"]),
    ];
    expect(plain.code).toBe(0);
    expect(after).toEqual(plain);
    expect(before.stdout).toBe(plain.stdout);
    const colorless = await cli(["--dry-run", "--no-color", "run"], { terminal: 80 });
    expect(colorless.stdout).not.toContain("\u001b");
  });
});
