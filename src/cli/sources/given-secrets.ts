import type { Environment } from "../process/io.js";
import { urlSecrets } from "./urls.js";

const URL_VARIABLES = ["DATABASE_URL", "SOROBAN_RPC_URL", "RECONCILE_URL"];
/** The driver's own variables. */
const SECRET_VARIABLES = ["PGPASSWORD"];

/** The secrets that the command line and the environment name, whatever is wrong with the rest of them. */
export function givenSecrets(argv: readonly string[], env: Environment): readonly string[] {
  const values = (names: readonly string[]) => names.flatMap((name) => env[name] || []);
  const urls = argv.flatMap((argument) => /[a-z][a-z0-9+.-]*:\/\/.*/is.exec(argument)?.[0] ?? []);
  return [...[...urls, ...values(URL_VARIABLES)].flatMap(urlSecrets), ...values(SECRET_VARIABLES)];
}
