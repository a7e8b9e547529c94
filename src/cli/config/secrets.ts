import type { RawOptions } from "../command-line/raw-options.js";
import type { Environment } from "../process/io.js";
import { canBeHidden } from "../process/redactor.js";
import { passwordIn } from "../sources/url-parts.js";
import { urlSecrets } from "../sources/urls.js";
import { authSecrets, type NamedSecret } from "./auth.js";
import { readConfigFile } from "./config-file.js";
import { interpolate } from "./interpolate.js";
import { mergeSources } from "./merge.js";

type Sections = Readonly<Record<string, unknown>>;
type Hide = (secrets: readonly string[]) => void;

/**
 * Hides every secret of a configuration that may still be wrong.
 * @param layers the file alone, and what it becomes with flags and environment: what they replace stays secret
 * @param fromVariables what `${NAME}` stood for, which may be anything
 * @returns a sentence for each secret that is too short for it
 */
export function hideConfigured(
  layers: readonly unknown[],
  fromVariables: readonly string[],
  hide: Hide,
): readonly string[] {
  const urls = layers.flatMap(urlsOf);
  const named = layers.slice(-1).flatMap((merged) => authSecrets((merged as Sections).auth));
  hide([...fromVariables, ...urls.flatMap(({ secret }) => urlSecrets(secret)), ...named.map(({ secret }) => secret)]);
  const passwords = urls.map(({ where, secret }) => ({ where, secret: passwordIn(secret) }));
  const short = [...passwords, ...named].filter(({ secret }) => secret !== "" && !canBeHidden(secret));
  const places = new Set(short.map(({ where }) => where));
  return [...places].map((where) => `warning: ${where} has a secret that is too short to be hidden in output.`);
}

/** For commands that need nothing else of a configuration: what is wrong with it does not matter to them. */
export async function hideAllConfigured(options: RawOptions, env: Environment, cwd: string, hide: Hide): Promise<void> {
  const named = options.config ?? (env.RECONCILE_CONFIG || undefined);
  const file = await readConfigFile(named, cwd, () => undefined).catch(() => null);
  const { value, secrets } = interpolate(file?.content, env);
  hideConfigured([value, mergeSources(options, env, value).value], secrets, hide);
}

function urlsOf(layer: unknown): NamedSecret[] {
  return ["database", "chain", "runStore"].flatMap((section) => {
    const { url } = ((layer as Sections | undefined)?.[section] ?? {}) as { readonly url?: unknown };
    return typeof url === "string" ? [{ where: `${section}.url`, secret: url }] : [];
  });
}
