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
import type { ServiceLog } from "./service-log.js";
import { SignatureMemory } from "./signature-memory.js";

export interface ServiceOptions {
  readonly rules: AccessRules;
  readonly work: Work;
  /** Rejects when a side cannot be read; must limit its own time. */
  checkHealth(): Promise<void>;
  /** Signatures seen by all processes; null: this process only. */
  readonly seen: SeenSignatures | null;
  readonly clock: Clock;
  readonly servesMetrics: boolean;
  readonly log: ServiceLog;
  /** A value without secrets: every answer passes it. */
  redact<T>(value: T): T;
}

/** About 20 MB: 160 requests a second over the ten minutes that a signature is valid by default. */
const SIGNATURES_REMEMBERED = 100_000;
/** How long clients may take to fetch the last answers after the service has stopped. */
const LAST_ANSWERS_MS = 2_000;

/** The HTTP service. */
export class Service {
  readonly #app: FastifyInstance;
  readonly #runs: Runs;
  readonly #seen: SeenSignatures | null;
  readonly log: ServiceLog;

  constructor(options: ServiceOptions) {
    const { clock, rules, seen, work } = options;
    const now = () => clock.now();
    this.log = options.log;
    const memory = new SignatureMemory(SIGNATURES_REMEMBERED);
    const metrics = new Metrics({
      runInProgress: () => this.#runs.isRunning,
      rememberedSignatures: () => {
        memory.forgetExpired(now());
        return memory.size;
      },
    });
    const onStoreFault = (error: unknown) => this.log.error("replay_store_unavailable", { error: messageOf(error) });
    this.#runs = new Runs(work, metrics, this.log);
    this.#seen = seen;
    this.#app = createApp({
      authenticator: new Authenticator({ rules, memory, shared: seen, now, onStoreFault }),
      runs: this.#runs,
      health: new Health(() => options.checkHealth(), clock),
      metrics,
      servesMetrics: options.servesMetrics,
      log: this.log,
      redact: (value) => options.redact(value),
    });
  }

  /**
   * @param port 0: any free port
   * @returns where it listens, as a URL
   * @throws ConfigurationError when it cannot listen there
   */
  async listen(host: string, port: number): Promise<string> {
    try {
      await this.#app.listen({ host, port });
    } catch (cause) {
      const { code = "unknown" } = cause as NodeJS.ErrnoException;
      throw new ConfigurationError("listen_failed", `The service cannot listen on ${host}, port ${port}.`, {
        details: [
          code === "EADDRINUSE" ? "Another process is listening there (EADDRINUSE)." : `The system reports ${code}.`,
        ],
        hints: ["Choose another address with --host and --port; --port 0 picks a free port."],
        cause,
      });
    }
    const { address, family, port: bound } = this.#app.server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
  }

  /**
   * Accepts no more requests, and answers those in progress. Resolves when all is done.
   * @param graceSeconds how long runs may continue before they are stopped
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

  /** Ends current runs as the signal would; callers get the findings so far. */
  cancel(signal: StopSignal): void {
    this.#runs.stop(signal);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
