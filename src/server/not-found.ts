import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";

/** The one answer to everything that is unknown or not allowed: nobody learns which of them it was. */
const BODY = '{"error":{"code":"not_found","message":"Not found"}}';
const TYPE = "application/json; charset=utf-8";

export function sendNotFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).header("content-type", TYPE).send(BODY);
}

const LINGER_MS = 1_000;

/**
 * The same answer where no request could be made of what came in: headers beyond any limit, or no HTTP at all. The
 * connection ends with it.
 */
export function refuseConnection(fault: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || fault.code === "ECONNRESET") return void socket.destroy();
  const status = fault.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 404;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `content-type: ${TYPE}`,
    `content-length: ${Buffer.byteLength(BODY)}`,
    `Date: ${new Date().toUTCString()}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${BODY}`);
  // What is still on its way in would reset the connection, and the answer with it.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
