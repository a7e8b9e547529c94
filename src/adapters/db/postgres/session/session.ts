import type { Socket } from "node:net";
import type { Client, QueryArrayConfig } from "pg";
import { ConfigurationError } from "../../../../core/errors.js";
import type { ColumnValue, StreamRow } from "../../../../ports/db-client.js";
import { faultMessage } from "../../fault.js";
import type { OperatorClause } from "../../operator-clause.js";
import { requestCancel } from "./cancel-request.js";
import { COLUMN_TYPES } from "./column-parsers.js";
import { connectionFault } from "./connection-fault.js";
import { loadDriver } from "./driver.js";
import { GuardedSocket } from "./guarded-socket.js";
import { statementFault } from "./statement-fault.js";
import type { PostgresTarget } from "./target.js";
import type { TlsChoice } from "./tls.js";

const CLOSE_LIMIT_MS = 2_000;
const KEEP_ALIVE_MS = 30_000;

/** One connection. Queries are single statements (extended protocol), with values separate from the text. */
export class PostgresSession {
  /** `host:port`, for messages. */
  readonly place: string;
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #signal: AbortSignal | undefined;
  readonly #ssl: TlsChoice["ssl"];
  /** Cuts the connection: immediate and certain, whatever the server is doing. */
  readonly #onAbort = () => {
    this.#cancel();
    this.#socket.destroy();
  };
  /** The number of statements sent but not yet answered. */
  #underWay = 0;
  #cancelled: Promise<void> | undefined;
  /** What ended the connection while no statement was running. */
  #lost: unknown;
  #closing: Promise<void> | undefined;

  /**
   * @throws ConfigurationError for credentials, database or TLS settings that the server does not accept.
   * @throws UnavailableError if it cannot be reached; the signal's reason if aborted.
   */
  static async open(target: PostgresTarget, signal?: AbortSignal): Promise<PostgresSession> {
    const attempt = await PostgresSession.#create(target, target.tls.ssl, signal);
    try {
      await attempt.#connect();
      return attempt;
    } catch (fault) {
      if (!target.tls.plainAllowed || !hasNoTls(fault)) throw connectionFault(fault, attempt.place, target, signal);
    }
    const plain = await PostgresSession.#create(target, false, signal);
    try {
      await plain.#connect();
      return plain;
    } catch (fault) {
      throw connectionFault(fault, plain.place, target, signal);
    }
  }

  static async #create(target: PostgresTarget, ssl: TlsChoice["ssl"], signal: AbortSignal | undefined) {
    const pg = await loadDriver();
    const socket = new GuardedSocket();
    try {
      const client = new pg.Client({
        connectionString: target.connectionString,
        ssl,
        stream: () => socket,
        connectionTimeoutMillis: target.connectTimeout_ms,
        keepAlive: true,
        keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
        fallback_application_name: "reconcile-streams",
      });
      return new PostgresSession(client, socket, ssl, signal);
    } catch (fault) {
      throw new ConfigurationError("database_url_invalid", "The database URL has an unusable parameter.", {
        details: [faultMessage(fault)],
        hints: ["Correct the part of the database URL after the question mark."],
      });
    }
  }

  private constructor(client: Client, socket: Socket, ssl: TlsChoice["ssl"], signal: AbortSignal | undefined) {
    this.#client = client;
    this.#socket = socket;
    this.#ssl = ssl;
    this.#signal = signal;
    this.place = `${client.host}:${client.port}`;
    // If null, the driver looks for a password file and warns on standard error that this is deprecated.
    client.password ??= "";
    // Without a listener, an idle connection that breaks would end the process.
    client.on("error", (fault) => {
      this.#lost ??= fault;
    });
  }

  async #connect(): Promise<void> {
    this.#signal?.throwIfAborted();
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    try {
      await this.#client.connect();
      this.#signal?.throwIfAborted();
    } catch (fault) {
      this.#signal?.removeEventListener("abort", this.#onAbort);
      this.#socket.destroy();
      throw fault;
    }
  }

  /** Runs one statement. @throws the driver's own error; the signal's reason if aborted */
  async query(
    text: string,
    values: readonly (string | number | null | readonly string[])[] = [],
  ): Promise<StreamRow[]> {
    this.#signal?.throwIfAborted();
    // The driver honours queryMode since 8.12, but its types lack it.
    const statement: QueryArrayConfig & { queryMode: "extended" } = {
      text,
      values: [...values],
      rowMode: "array",
      types: COLUMN_TYPES,
      queryMode: "extended",
    };
    this.#underWay += 1;
    try {
      return (await this.#client.query<ColumnValue[]>(statement)).rows;
    } catch (fault) {
      this.#signal?.throwIfAborted();
      throw this.#lost ?? fault;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** Translates an error of `query` for the user; `clause` is the operator's SQL in the statement. */
  explain(fault: unknown, clause?: OperatorClause): unknown {
    return this.#signal?.aborted ? this.#signal.reason : statementFault(fault, this.place, clause);
  }

  /** Ends the connection, including any running statement and open transaction. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#cancel();
    const limit = setTimeout(() => this.#socket.destroy(), CLOSE_LIMIT_MS);
    try {
      await this.#client.end();
      await this.#cancelled;
    } finally {
      clearTimeout(limit);
    }
  }

  /** Stops the server from finishing a statement whose result is no longer wanted. */
  #cancel(): void {
    // The driver's types lack processID and secretKey.
    const { host, port, processID, secretKey } = this.#client as Client & { processID?: number; secretKey?: number };
    if (this.#underWay === 0 || processID == null || secretKey == null) return;
    this.#cancelled ??= requestCancel({ host, port, ssl: this.#ssl, processId: processID, secretKey });
  }
}

/** For a server that declines TLS, the driver has no code, only this text. */
function hasNoTls(fault: unknown): boolean {
  return faultMessage(fault) === "The server does not support SSL connections";
}
