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
  run [options]                 run a reconciliation (the default command)

Understand findings:
  inspect [options] <streamId>  show one stream in full: both sides, the
                                verdict, and its cause
  explain [options] [code...]   say what a code means and what to do about it
  render [options] <report>     show a saved report in any format

Use the records:
  gate [options]                exit with the code of the newest recorded run of
                                all streams, if it can be trusted
  runs                          work with run records: verify that they are
                                unaltered, explain a break, take a key into use

Set up:
  migrate [options]             create the table reconciliation_runs, which
                                keeps run records
  doctor [options]              check everything that a run needs, and say how
                                to fix what is wrong

As a service:
  serve [options]               answer signed HTTP requests for runs, with
                                health checks and metrics
  trigger [options]             ask a service for a run and print its report

Help with a command:
  help [command]                show a command's options, with examples

Configuration:
  --db <url>                    database: postgres://… or sqlite:<path>
                                (DATABASE_URL)
  --chain <url>                 chain: http(s)://… of a Soroban RPC or
                                snapshot:<path> (SOROBAN_RPC_URL)
  --contract <id>               the escrow contract, C… (STREAM_CONTRACT_ID)
  --config <file>               configuration file (RECONCILE_CONFIG)

What to check:
  --stream <id...>              check only these streams, by their ids in the
                                report
  --db-only                     check only the database's rows, not streams
                                without a row
  --allow-empty                 accept a database without streams

What counts as wrong:
  --tolerance <n>               largest difference of an amount that counts as
                                equal, in base units (RECONCILE_TOLERANCE;
                                default 0)
  --max-lag <ledgers>           how far the database may lag before it counts as
                                drift (default 120)
  --confirm <n>                 look again n times at streams that differ, each
                                time a ledger later (default 3; 0: never)
  --settle <time>               how long to wait for a database that is catching
                                up (default 60s)
  --fail-on <kinds>             the kinds of findings that make a run fail:
                                drift, violation, incomplete, missing-in-db,
                                solvency-undecided, unlisted, lag, archived, ttl
                                (default drift, violation, incomplete,
                                missing-in-db, solvency-undecided)

The report:
  --format <name>               table, json, ndjson, csv, markdown, junit,
                                github or html (default table)
  --limit <rows>                rows per block of table and markdown (default
                                50; 0: all)
  --only <kinds>                findings that table and markdown show:
                                violation, drift, missing-on-chain,
                                missing-in-db, error, lag, notice (default all)
  --output <file>               write the report to this file, not to standard
                                output
  --report <format=file>        also write the report to this file, in this
                                format; repeatable

The run's record:
  --dry-run                     check and report, but write no record
  --requested-by <name>         who asks for this run, for its record (default:
                                the OS user)
  --service <name>              the service that asks, for the record
                                (RECONCILE_SERVICE)
  --key-id <id>                 the id of that service's key in auth.keys
                                (RECONCILE_KEY_ID)

While it runs:
  --concurrency <n>             RPC requests in flight (default 8 to 32)
  --timeout <seconds>           stop after this time; the run is then incomplete
  --quiet                       print only the report and errors
  --verbose                     print codes and stack traces of errors
  --no-color                    no colour (NO_COLOR)
  --no-progress                 no progress line on a terminal

Help:
  -V, --version                 print the version
  -h, --help                    print this help

Examples:
  try it on the bundled demo; no configuration needed
    $ reconcile-streams --dry-run
  check a backend against its contract without keeping a record
    $ reconcile-streams --config production.yaml --dry-run
  create the table of run records, once
    $ reconcile-streams migrate --config production.yaml
  find out what would stop a run, and what to do about it
    $ reconcile-streams doctor --config production.yaml
  check it every night and keep a record
    $ reconcile-streams --config production.yaml --timeout 3600
  check a single stream
    $ reconcile-streams --dry-run --stream stream_2
  check in CI, with a report for other programs
    $ reconcile-streams --dry-run --format json --output report.json
  print a table, and write a web page and results for the CI system
    $ reconcile-streams --dry-run --report html=out.html --report junit=out.xml
  see why a stream was reported, and what caused it
    $ reconcile-streams inspect stream_2
  explain a code in the report, or an exit code
    $ reconcile-streams explain drift
  turn a saved report into a web page
    $ reconcile-streams render report.json --format html --output report.html

Exit codes (explain <code> says what to do):
  0  in sync: everything was checked, and both sides agree
  1  unexpected failure: a bug
  2  usage or configuration error; nothing was checked
  3  drift: at least one discrepancy
  4  an invariant is violated
  5  incomplete: something could not be checked, or no record could be written
  130, 143  interrupted by SIGINT, SIGTERM

Flags override environment variables, which override the configuration file.
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
    [["--report", "html=a.html", "doctor"], /--report is not an option of doctor/],
    [["--output", "a.txt", "migrate", "--print"], /--output is not an option of migrate/],
    [["--db-only", "gate", "--max-age", "1h"], /--db-only is not an option of gate/],
    [["--stream", "stream_2", "render", "a.json"], /--stream: takes every word that follows, including "render"/],
    [["help", "verfy"], /there is no command "verfy": known: .*\bruns\b/],
    [["--format", "XML"], /"XML" is not a format: did you mean "junit"\?/],
    [["--format", ""], /"" is not a format: known: csv, /],
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
