/** The architecture as rules. Each comment says what to do instead. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "core-imports-only-core",
      comment: "The core is pure: take what you need as an argument, or as the type of a port.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { pathNot: ["^src/core/", "^src/ports/"] },
    },
    {
      name: "ports-speak-the-cores-types",
      comment: "A port may use the core's types and nothing else; vendor types belong into an adapter.",
      severity: "error",
      from: { path: "^src/ports/" },
      to: { pathNot: ["^src/core/", "^src/ports/"] },
    },
    {
      name: "core-takes-only-types-from-ports",
      comment: "Ports are interfaces: import them with `import type`.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "^src/ports/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "adapters-know-core-and-ports",
      comment: "An adapter fulfils a port; what it has in common with the command line belongs into the core.",
      severity: "error",
      from: { path: "^src/adapters/" },
      to: { path: "^src/(cli|report)/" },
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
      name: "one-composition-root",
      comment: "Only cli/adapters.ts and the migrate command choose adapters; ask them.",
      severity: "error",
      from: { path: "^src/cli/", pathNot: "^src/cli/(adapters|commands/migrate)\\.ts$" },
      to: { path: "^src/adapters/" },
    },
    {
      name: "bin-to-cli-only",
      comment: "The executable is a shebang and one import.",
      severity: "error",
      from: { path: "^bin/" },
      to: { pathNot: "^dist/cli/" },
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
      comment: "What the program needs at run time belongs into dependencies.",
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
