import type { Server } from "node:http";
import type { Socket } from "node:net";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Identity } from "../auth/identity.js";
import { type Authenticator, MAX_HEADERS, type Refusal } from "./authenticate.js";
import type { Health } from "./health.js";
import type { Metrics } from "./metrics.js";
import { refuseConnection, sendNotFound } from "./not-found.js";
import type { Problem } from "./problem.js";
import { readBody } from "./read-body.js";
import { internalPath, type RouteName, routeOf, streamIdOf } from "./routes.js";
import { checkStreamId, readRunRequest, refuseOptionsInQuery } from "./run-request.js";
import type { Runs } from "./runs.js";
import type { ServiceLog } from "./service-log.js";

export interface AppOptions {
  readonly authenticator: Authenticator;
  readonly runs: Runs;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Whether `GET /metrics` exists. */
  readonly servesMetrics: boolean;
  readonly log: ServiceLog;
  /** Removes secrets from an answer. */
  redact<T>(value: T): T;
}

/** How long headers and body may take to arrive. */
const REQUEST_LIMIT_MS = 30_000;
const CHECK_LIMIT_EVERY_MS = 1_000;
/** Far above any real need, so that oversized headers still get the same 404. */
const MAX_HEADER_BYTES = 128 * 1024;

/** What we track per request beside fastify. */
interface Visit {
  readonly route: RouteName;
  caller: Identity | null;
  body: Buffer;
  refusal: Refusal | null;
}

/** Builds the HTTP app; the caller makes it listen. */
export function createApp(options: AppOptions): FastifyInstance {
  const { authenticator, runs, health, metrics, log } = options;
  const visits = new WeakMap<FastifyRequest, Visit>();
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    requestTimeout: REQUEST_LIMIT_MS,
    http: {
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      // Node limits the whole request by the longer of the two, and checks only every half minute by default.
      headersTimeout: REQUEST_LIMIT_MS,
      connectionsCheckingInterval: CHECK_LIMIT_EVERY_MS,
    },
    rewriteUrl: ({ method = "", url = "" }) => internalPath(routeOf(method, url)),
    clientErrorHandler: ({ code }, socket) => refuse(code, socket),
  });
  overrideNodeAnswers(app.server, (socket) => refuse("CONNECT", socket));

  // Only the authenticator reads the body, whatever its content type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));

  app.addHook("onRequest", async (request, reply) => {
    const { method = "", rawHeaders } = request.raw;
    const { originalUrl: url } = request;
    const named = routeOf(method, url);
    const route = named === "metrics" && !options.servesMetrics ? "none" : named;
    const visit: Visit = { route, caller: null, body: Buffer.alloc(0), refusal: null };
    visits.set(request, visit);
    if (route === "health" || route === "metrics") return;
    const isKnownRoute = route !== "none";
    const read = () => readBody(request.raw);
    const decision = await authenticator.admit({ method, path: url, rawHeaders, readBody: read, isKnownRoute });
    visit.caller = decision.identity;
    if ("body" in decision) {
      visit.body = decision.body;
      return;
    }
    visit.refusal = decision.refusal;
    return sendNotFound(reply);
  });

  app.addHook("onResponse", async (request, reply) => {
    const visit = visits.get(request);
    const { route, caller, refusal } = visit ?? { route: "none", caller: null, refusal: null };
    // Metrics are public: they must not reveal whether a refused request matched a route.
    metrics.answered(refusal === null ? route : "refused", reply.statusCode);
    if (refusal !== null) metrics.refused(refusal);
    const fields = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      remote: request.ip,
      service: caller?.service,
      keyId: caller?.keyId,
      refusal: refusal ?? undefined,
    };
    if (refusal === null) log.info("request", fields);
    else log.warn("request_refused", fields);
  });

  app.addHook("preSerialization", async (_request, _reply, answer) => options.redact(answer));

  app.setNotFoundHandler((_request, reply) => sendNotFound(reply));
  app.setErrorHandler((error, _request, reply) => sendProblem(runs.problemOf(error), reply));

  app.post(internalPath("run"), async (request) => {
    const { caller, body } = admitted(request);
    refuseOptionsInQuery(request.originalUrl);
    return { data: await runs.run(readRunRequest(body), caller) };
  });

  app.get(internalPath("diff"), async (request) => {
    const { caller } = admitted(request);
    const streamId = checkStreamId(streamIdOf(request.originalUrl));
    return { data: await runs.diff(streamId, caller) };
  });

  app.get(internalPath("health"), async (_request, reply) => {
    const isHealthy = await health.isHealthy();
    return reply.code(isHealthy ? 200 : 503).send({ status: isHealthy ? "ok" : "unavailable" });
  });

  if (options.servesMetrics) {
    app.get(internalPath("metrics"), async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.text()),
    );
  }

  /** @param code why node or its parser could not read a request */
  function refuse(code: string | undefined, socket: Socket): void {
    const remote = socket.remoteAddress;
    const refusal = refuseConnection(code, socket);
    if (refusal === null) return;
    metrics.answered("refused", 404);
    metrics.refused(refusal);
    log.warn("request_refused", { route: "none", status: 404, remote, refusal, fault: code });
  }

  /** Guards against a signed route being reached without authentication. */
  function admitted(request: FastifyRequest): { readonly caller: Identity; readonly body: Buffer } {
    const visit = visits.get(request);
    if (visit?.caller == null || visit.refusal !== null) throw new Error("a request was not authenticated");
    return { caller: visit.caller, body: visit.body };
  }

  return app;
}

/** Node answers some requests itself; these get the common 404 and a log line instead. */
function overrideNodeAnswers(server: Server, onConnect: (socket: Socket) => void): void {
  server.maxHeadersCount = MAX_HEADERS;
  server.on("checkExpectation", (request, response) => server.emit("request", request, response));
  server.on("connect", (_request, socket) => onConnect(socket as Socket));
}

function sendProblem(problem: Problem, reply: FastifyReply): FastifyReply {
  return reply.code(problem.status).send(problem.body);
}
