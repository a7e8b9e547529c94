import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { AccessRules } from "../auth/verify.js";
import { ConfigurationError } from "../core/errors.js";
import type { Clock } from "../ports/clock.js";
import type { SeenSignatures } from "../ports/seen-signatures.js";
import { createApp } from "./app.js";
import { Authenticator } from "./authenticate.js";
import { Health } from "./health.js";
import { Metrics } from "./metrics.js";
import type { StopSignal } from "./run-slot.js";
import { Runs, type Work } from "./runs.js";
import { ServiceLog } from "./service-log.js";
import { SignatureMemory } from "./signature-memory.js";

export interface ServiceOptions {
  readonly rules: AccessRules;
  readonly work: Work;
  /** Rejects when a side cannot be read; bounds its own time. */
  checkHealth(): Promise<void>;
  /** Signatures that other processes have seen; null: this process is on its own. */
  readonly seen: SeenSignatures | null;
  readonly clock: Clock;
  readonly servesMetrics: boolean;
  /** Takes a whole line of the log. */
  writeLog(line: string): void;
}

/** Signatures that may be alive at a time, in some 20 MB: at the default clock skew, 160 requests a second for ten minutes. */
const SIGNATURES_REMEMBERED = 100_000;
/** How long an answer that is ready may take to be fetched once the service has stopped. */
const LAST_ANSWERS_MS = 2_000;

/** The HTTP service, from its first to its last request. */
export class Service {
  readonly #app: FastifyInstance;
  readonly #runs: Runs;
  readonly #seen: SeenSignatures | null;
  readonly log: ServiceLog;

  constructor(options: ServiceOptions) {
    const { clock, rules, seen, work } = options;
    const now = () => clock.now();
    this.log = new ServiceLog(options.writeLog, now);
    const memory = new SignatureMemory(SIGNATURES_REMEMBERED);
    const metrics = new Metrics({
      runInProgress: () => this.#runs.isRunning,
      rememberedSignatures: () => {
        memory.forgetExpired(now());
        return memory.size;
      },
    });
    const onStoreFault = (error: unknown) =>
      this.log.error("replay_store_unavailable", { error: work.redact(messageOf(error)) });
    this.#runs = new Runs(work, metrics, this.log);
    this.#seen = seen;
    this.#app = createApp({
      authenticator: new Authenticator({ rules, memory, shared: seen, now, onStoreFault }),
      runs: this.#runs,
      health: new Health(() => options.checkHealth(), clock),
      metrics,
      servesMetrics: options.servesMetrics,
      log: this.log,
    });
  }

  /**
   * @param port 0: any that is free
   * @returns where it listens, as a URL
   * @throws ConfigurationError when it cannot listen there
   */
  async listen(host: string, port: number): Promise<string> {
    try {
      await this.#app.listen({ host, port });
    } catch (cause) {
      const { code = "unknown" } = cause as NodeJS.ErrnoException;
      throw new ConfigurationError("listen_failed", `The service cannot listen on ${host}, port ${port}.`, {
        details: [code === "EADDRINUSE" ? "Another process listens there (EADDRINUSE)." : `The system says: ${code}.`],
        hints: ["Choose another address with --host and --port; --port 0 takes any that is free."],
        cause,
      });
    }
    const { address, family, port: bound } = this.#app.server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
  }

  /**
   * Takes no more requests, lets what is under way end and answers it. Resolves when all is done.
   * @param graceSeconds how long runs may go on before they are stopped
   */
  async stop(graceSeconds: number): Promise<void> {
    const ended = this.#runs.close();
    const closed = this.#app.close();
    const grace = setTimeout(() => this.cancel("SIGTERM"), graceSeconds * 1000);
    await ended;
    clearTimeout(grace);
    const last = setTimeout(() => this.#app.server.closeAllConnections(), LAST_ANSWERS_MS);
    await closed;
    clearTimeout(last);
    await this.#seen?.close();
  }

  /** Ends what is under way as the signal would; what was found by then is answered. */
  cancel(signal: StopSignal): void {
    this.#runs.stop(signal);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
