/** The architecture as rules. Each comment says what to do instead. */

/**
 * The rooms of the core, from the ground up: along the way of a row, and then what is made of a run. A room knows those
 * above it in this list, which are below it in the house, core/codes.ts and core/errors.ts.
 */
const CORE_ROOMS = [
  ["values", "what a value is: amounts, addresses, statuses, names, and how a column becomes a value"],
  ["xdr", "the bytes of the ledger: decoding, encoding, and the text of an ScVal"],
  ["report", "what a run found, as data"],
  ["contract", "how a contract keeps its streams: keys, structs, counter, balances"],
  ["rules", "how two sides compare, and what must hold"],
  ["verdict", "what a difference means: the evidence that looks have gathered, and the verdict on it"],
  ["look", "one look at streams on both sides, in batches"],
  ["again", "looking again at what differs, before anything is called drift"],
  ["run", "a run, pass after pass: counter, rows, streams without a row, solvency"],
  ["records", "run records: how they are sealed, linked into a journal, verified and asked by the deploy gate"],
  ["inspection", "one stream explained: its history, and the cause of what differs"],
  ["doctor", "what can be told about a database and a contract before the first run"],
];

/** The rooms of the command line, from the ground up. Above them all: program.ts, run-cli.ts and main.ts. */
const CLI_ROOMS = [
  ["process", "the process around the program: input and output, signals, secrets, exit codes"],
  ["sources", "one record a database and a chain source: all that depends on the scheme of a URL"],
  ["command-line", "options that commands share: how they are declared, and how their texts are read"],
  ["config", "flags, environment and file merged into settings, and checked as a whole"],
  ["records", "the journal of run records: sealed, written and read"],
  ["output", "where a report goes: standard output, files, formats; and reports read back"],
  ["reconciliation", "one reconciliation as a whole, from settings to a finished record"],
  ["commands", "a folder a command: its declaration, its options, what it does"],
];

const floors = (base, rooms, shared) => [
  {
    name: `${base}-room-unknown`,
    comment: `A folder of src/${base} that is not in the list above: say what it is for, and on which floor it stands.`,
    severity: "error",
    from: { path: `^src/${base}/[^/]+/`, pathNot: `^src/${base}/(${rooms.map(([room]) => room).join("|")})/` },
    to: {},
  },
  ...rooms.map(([room, purpose], floor) => ({
    name: `${base.replaceAll("/", "-")}-room-${room}`,
    comment: `${base}/${room}: ${purpose}. It knows ${
      floor === 0
        ? "no other room"
        : rooms
            .slice(0, floor)
            .map(([below]) => below)
            .join(", ")
    }: move what it needs down there, or take it as an argument.`,
    severity: "error",
    from: { path: `^src/${base}/${room}/` },
    to: {
      path: `^src/${base}/`,
      pathNot: [...rooms.slice(0, floor + 1).map(([below]) => `^src/${base}/${below}/`), shared],
    },
  })),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floors("core", CORE_ROOMS, "^src/core/(codes|errors)\\.ts$"),
    ...floors("cli", CLI_ROOMS, "^src/cli/package-files\\.ts$"),
    {
      name: "commands-do-not-know-each-other",
      comment: "What two commands share is a room of its own, below them.",
      severity: "error",
      from: { path: "^src/cli/commands/([^/]+)/" },
      to: { path: "^src/cli/commands/", pathNot: "^src/cli/commands/$1/" },
    },
    {
      name: "core-imports-only-core",
      comment: "The core is pure: take what you need as an argument, or as the type of a port.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: ["^src/core/", "^src/ports/", "^src/explanations/"] },
    },
    {
      name: "presets-are-data",
      comment: "A preset is data: it may take the core's types, and what it needs beyond them belongs in the core.",
      severity: "error",
      from: { path: "^src/presets/" },
      to: { pathNot: ["^src/presets/", "^src/core/contract/layout\\.ts$"] },
    },
    {
      name: "ports-speak-the-cores-types",
      comment: "A port may use the core's types and nothing else; vendor types belong in an adapter.",
      severity: "error",
      from: { path: "^src/ports/" },
      to: { pathNot: ["^src/core/", "^src/ports/"] },
    },
    {
      name: "core-takes-only-types",
      comment: "Ports are interfaces, and codes are the keys of explanations (core/codes.ts): use `import type`.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "^src/(ports|explanations)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "adapters-know-core-and-ports",
      comment: "An adapter fulfils a port; what it has in common with the command line belongs in the core.",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: { path: "^src/(cli|report|report-schema|server|client)/" },
    },
    {
      name: "adapters-do-not-know-each-other",
      comment: "Database and chain adapters are peers; share through the core, or a file beside them.",
      severity: "error",
      from: { path: "^src/adapters/([^/]+)/([^/]+)/" },
      to: { path: "^src/adapters/([^/]+)/([^/]+)/", pathNot: "^src/adapters/$1/$2/" },
    },
    {
      name: "report-stays-in-report",
      comment: "A format is a pure function of the report: no adapters, no command line, no node.",
      severity: "error",
      from: { path: "^src/report/" },
      to: { pathNot: ["^src/report/", "^src/core/", "^src/explanations/", "node_modules/(chalk|cli-table3)"] },
    },
    {
      name: "explanations-are-data",
      comment: "What codes mean is data that every side may read: it imports nothing but itself.",
      severity: "error",
      from: { path: "^src/explanations/" },
      to: { pathNot: ["^src/explanations/"] },
    },
    {
      name: "report-schema-describes-the-report",
      comment:
        "report-schema: the core's type of a report as a schema, which reads reports from elsewhere and from which the " +
        "JSON Schema is generated. It knows that type and zod; what a report means belongs in the core.",
      severity: "error",
      from: { path: "^src/report-schema/" },
      to: { pathNot: ["^src/report-schema/", "^src/core/report/report\\.ts$", "node_modules/zod/"] },
    },
    {
      name: "auth-is-the-scheme-alone",
      comment:
        "Signing and verifying are functions of their arguments and of node:crypto: no clock, no network, no store.",
      severity: "error",
      from: { path: "^src/auth/" },
      to: { pathNot: ["^src/auth/", "^crypto$"] },
    },
    {
      name: "server-does-not-know-the-job",
      comment: "The service takes the job, the clock and the store as arguments; cli/commands/serve brings them.",
      severity: "error",
      from: { path: "^src/server/" },
      to: {
        pathNot: ["^src/(server|auth|core|ports|explanations)/", "^(http|net)$", "node_modules/(fastify|prom-client)/"],
      },
    },
    {
      name: "client-only-asks",
      comment: "The client signs, posts and reads the answer; what is done with it belongs in the command.",
      severity: "error",
      from: { path: "^src/client/" },
      to: { pathNot: ["^src/(client|auth|core|explanations|report-schema)/", "node_modules/undici/"] },
    },
    {
      name: "one-composition-root",
      comment: "Only the records of cli/sources know adapters; ask the record of the URL at hand.",
      severity: "error",
      from: { path: "^src/cli/", pathNot: "^src/cli/sources/" },
      to: { path: "^src/adapters/" },
    },
    {
      name: "bin-to-cli-only",
      comment: "The executable is a shebang and one import.",
      severity: "error",
      from: { path: "^bin/" },
      to: { pathNot: "^dist/program/main\\.js$" },
    },
    {
      name: "no-cycles",
      comment: "Two files that need each other are one concept, or miss a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-dev-dependencies-in-src",
      comment: "What the program needs at run time belongs in dependencies.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "node_modules/@types/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js"], conditionNames: ["import", "node", "default"] },
  },
};
