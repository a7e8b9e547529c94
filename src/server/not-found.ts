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

/** Why no request could be made of what came in. */
export type ConnectionRefusal = "request_unreadable" | "headers_too_large" | "request_too_slow";

const REFUSALS: Readonly<Record<string, ConnectionRefusal>> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_too_slow",
};

/**
 * The same answer where no request could be made of what came in: headers beyond any limit, or no HTTP at all. The
 * connection ends with it.
 * @returns why; null when nobody is there to be answered
 */
export function refuseConnection(code: string | undefined, socket: Socket): ConnectionRefusal | null {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return null;
  }
  // Node has let go of the socket of a CONNECT: without a listener, a caller that breaks it off would end the process.
  socket.on("error", () => socket.destroy());
  const head = [
    `HTTP/1.1 404 ${STATUS_CODES[404]}`,
    `content-type: ${TYPE}`,
    `content-length: ${Buffer.byteLength(BODY)}`,
    `Date: ${new Date().toUTCString()}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${BODY}`);
  // What is still on its way in would reset the connection, and the answer with it.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  return REFUSALS[code ?? ""] ?? "request_unreadable";
}
