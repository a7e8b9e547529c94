import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";

/** The same answer for unknown routes and unauthorised callers, so that neither can be told from the other. */
const BODY = '{"error":{"code":"not_found","message":"Not found"}}';
const TYPE = "application/json; charset=utf-8";

export function sendNotFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).header("content-type", TYPE).send(BODY);
}

const LINGER_MS = 1_000;

/** Why the input could not be read as a request. */
export type ConnectionRefusal = "request_unreadable" | "headers_too_large" | "request_too_slow";

const REFUSALS: Readonly<Record<string, ConnectionRefusal>> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_too_slow",
};

/**
 * Sends the same answer to input that is no readable request (oversized headers, not HTTP), and closes the connection.
 * @returns why; null when the connection is already gone
 */
export function refuseConnection(code: string | undefined, socket: Socket): ConnectionRefusal | null {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return null;
  }
  // Node no longer handles a CONNECT's socket: without this listener, a reset would crash the process.
  socket.on("error", () => socket.destroy());
  const head = [
    `HTTP/1.1 404 ${STATUS_CODES[404]}`,
    `content-type: ${TYPE}`,
    `content-length: ${Buffer.byteLength(BODY)}`,
    `Date: ${new Date().toUTCString()}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${BODY}`);
  // Closing at once would reset the connection if more input arrives, and lose the answer.
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  return REFUSALS[code ?? ""] ?? "request_unreadable";
}
