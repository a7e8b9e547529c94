import { connect } from "node:net";
import type { HeaderList } from "./hand-signer.js";

export interface RawAnswer {
  readonly status: number;
  /** Header lines as they came, in their order, the date's value left out. */
  readonly head: readonly string[];
  readonly body: string;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: HeaderList;
  readonly body?: string;
  /** `HTTP/1.1`, or another version. */
  readonly version?: string;
}

/** The bytes of a request; header values are put on the line as Latin-1, whatever they are. */
export function bytesOf({ method, path, headers, body = "", version = "HTTP/1.1" }: RawRequest): Buffer {
  const lines = [
    `${method} ${path} ${version}`,
    "host: localhost",
    "connection: close",
    ...(body === "" ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), Buffer.from(body)]);
}

/** Sends bytes over a connection of its own, and returns all that comes back until the server ends it. */
export function exchange(url: string, bytes: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.write(bytes);
  });
}

export async function send(url: string, request: RawRequest): Promise<RawAnswer> {
  return readAnswer(await exchange(url, bytesOf(request)));
}

export function readAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [line = "", ...head] = text.slice(0, end).split("\r\n");
  return {
    status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]),
    head: [line, ...head.map((header) => header.replace(/^(date): .*/i, "$1"))],
    body: Buffer.from(text.slice(end + 4), "latin1").toString("utf8"),
  };
}
