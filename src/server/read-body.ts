import type { IncomingMessage } from "node:http";

/** More than any valid request needs. */
export const MAX_BODY_BYTES = 16 * 1024;

/**
 * Reads the body's bytes. Stops at the size limit; node discards the rest after the answer, within the request's time.
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | "body_too_large" | "body_unreadable"> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return "body_too_large";
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (result: Buffer | "body_too_large" | "body_unreadable") => {
      request.off("data", onData).off("end", onEnd).off("close", onLost);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return end("body_too_large");
      chunks.push(chunk);
    };
    const onEnd = () => end(Buffer.concat(chunks));
    const onLost = () => end("body_unreadable");
    request.on("data", onData).on("end", onEnd).on("close", onLost);
    // Without a listener, a broken connection would crash the process.
    request.on("error", onLost);
  });
}
