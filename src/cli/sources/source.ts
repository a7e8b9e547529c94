import type { ChainHistory } from "../../ports/chain-history.js";
import type { DatabaseProbe } from "../../ports/database-probe.js";
import type { DbClient } from "../../ports/db-client.js";
import type { NodeProbe } from "../../ports/node-probe.js";
import type { OnChainClient } from "../../ports/on-chain-client.js";
import type { SeenSignatures } from "../../ports/seen-signatures.js";
import type { Io } from "../process/io.js";

/**
 * Everything that depends on the scheme of a URL. Each database and each chain source has one such record, and the rest
 * of the program asks the record instead of the URL. A record loads its adapter only when it opens something.
 */
export interface Source {
  /** What its URLs start with: in lower case, without the colon. */
  readonly schemes: readonly string[];
  /** How its URLs look, for messages: `sqlite:<path>`. */
  readonly forms: readonly string[];
  /** The same for `--help`, in a few words. */
  readonly help: string;
  /** Its URLs are `<scheme>:<path>`. Relative paths start at the configuration file. */
  readonly isFile: boolean;
  /** Files that it reads or keeps, if any: no report may replace them. */
  filesOf?(url: string): readonly string[];
  /** Whether a URL of its schemes names something. Faults that only the adapter can see are reported when it opens. */
  isComplete(url: string): boolean;
  /** What no output may show: the URL itself and its secret parts. Empty for a URL without secrets. */
  secretsOf(url: string): readonly string[];
}

export interface DatabaseSource extends Source {
  /**
   * @param options.create create a missing file; only for run records
   * @throws ConfigurationError for a URL or a file that cannot be used
   */
  open(url: string, options: { readonly create?: boolean }): Promise<DbClient>;
  /** The database as `doctor` sees it. @throws ConfigurationError as `open` does */
  probe(url: string): Promise<DatabaseProbe>;
  /** The statements that create its tables, as `migrate --print` shows them. */
  tablesSql(): Promise<string>;
  /** Remembers used signatures for all processes of the service; null where the database cannot be shared. */
  readonly signatures: {
    createTable(url: string): Promise<"created" | "unchanged">;
    /** @throws ConfigurationError when the table is missing or cannot be written */
    open(url: string): Promise<SeenSignatures>;
  } | null;
}

export interface ChainPlace {
  readonly url: string;
  /** Requests in flight; null: decided by the node's distance. */
  readonly concurrency: number | null;
}

/** What requests need from the process: the clock for waits, and randomness for their jitter. */
export type ChainIo = Pick<Io, "clock" | "random">;

export interface ChainSource extends Source {
  /** Where it is, without secrets, for messages. */
  placeOf(url: string): string;
  /** @throws ConfigurationError for a URL that cannot be used */
  open(place: ChainPlace, io: ChainIo): Promise<OnChainClient>;
  /** The chain's recent history; null: the source is a single ledger. */
  openHistory(place: ChainPlace, io: ChainIo): Promise<ChainHistory | null>;
  /** The node as `doctor` sees it; null: the source is not a node. @throws ConfigurationError as `open` does */
  probe(url: string, io: ChainIo): Promise<NodeProbe | null>;
}

/** The source with the URL's scheme; null: there is none. */
export function sourceOf<S extends Source>(url: string, sources: Readonly<Record<string, S>>): S | null {
  const scheme = schemeOf(url);
  return Object.values(sources).find(({ schemes }) => schemes.some((known) => known === scheme)) ?? null;
}

/** The text before a URL's colon; null: there is no colon. */
export function schemeOf(url: string): string | null {
  return /^([a-z0-9+.-]+):/i.exec(url)?.[1] ?? null;
}

/** What is wrong with a URL; null: nothing. Repeats only its scheme, as the rest may be a secret. */
export function mistakeIn(url: string, sources: Readonly<Record<string, Source>>): string | null {
  if (sourceOf(url, sources)?.isComplete(url)) return null;
  const scheme = schemeOf(url);
  const forms = Object.values(sources).flatMap((source) => source.forms);
  return `expected ${orList(forms)}${scheme === null ? "" : `, found ${scheme}:…`}`;
}

/** The sources that an option takes, for its help. */
export function helpOf(sources: Readonly<Record<string, Source>>): string {
  return orList(Object.values(sources).map(({ help }) => help));
}

function orList(items: readonly string[]): string {
  return items.join(", ").replace(/, ([^,]*)$/, " or $1");
}
