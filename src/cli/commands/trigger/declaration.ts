import type { Declaration } from "../../command-line/declaration.js";
import { examples } from "../../command-line/examples.js";
import type { RawOptions } from "../../command-line/raw-options.js";
import { layered, withFormatOptions } from "../../command-line/shared-options.js";
import { DEFAULT_TRIGGER_TIMEOUT_S } from "./options.js";

export const declareTrigger: Declaration = (program, call) => {
  const described = program
    .command("trigger")
    .description("ask a service for a run and print its report")
    .option("--url <url>", "the service, http(s)://… (RECONCILE_URL)")
    .option("--config <file>", "configuration file with the signing key in auth.keys (RECONCILE_CONFIG)")
    .option("--service <name>", "the service that asks (RECONCILE_SERVICE)")
    .option("--key-id <id>", "the key in auth.keys to sign with (RECONCILE_KEY_ID)")
    .option("--dry-run", "ask for a run that writes no record")
    .option("--stream <id>", "check only this stream, by its id in the report")
    .option("--timeout <seconds>", `how long to wait for the answer (default ${DEFAULT_TRIGGER_TIMEOUT_S})`);
  withFormatOptions(described)
    .option("--quiet", "print only the report and errors")
    .option("--verbose", "print stack traces of errors")
    .option("--no-color", "no colour (NO_COLOR)")
    .addHelpText(
      "after",
      examples([
        ["every night, from the service that RECONCILE_URL names", "trigger --config production.yaml"],
        [
          "one stream, with the configuration that RECONCILE_CONFIG names",
          "trigger --url http://127.0.0.1:8787 --stream stream_2",
        ],
      ]),
    )
    .action((options: RawOptions & { readonly stream?: string | readonly string[] }) => {
      const stream = typeof options.stream === "string" ? { stream: [options.stream] } : {};
      call({ command: "trigger", options: layered(program.opts(), { ...options, ...stream } as RawOptions), args: [] });
    });
};
