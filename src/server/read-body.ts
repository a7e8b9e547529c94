import type { IncomingMessage } from "node:http";

/** More than any request of this service says. */
export const MAX_BODY_BYTES = 16 * 1024;

/**
 * The body's bytes as they came in. A body that is too large is not read to its end: node lets the rest go by after the
 * answer, for as long as a request may take.
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
    // Without a listener, a connection that breaks would end the process.
    request.on("error", onLost);
  });
}
