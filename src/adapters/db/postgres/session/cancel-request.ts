import { connect, isIP, type Socket } from "node:net";
import { connect as secure } from "node:tls";
import type { TlsChoice } from "./tls.js";

/** https://www.postgresql.org/docs/current/protocol-message-formats.html: CancelRequest and SSLRequest. */
const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;
/** Past this limit, the server itself notices the lost connection seconds later. */
const LIMIT_MS = 500;

/** Identifies a connection to its server. */
export interface Backend {
  readonly host: string;
  readonly port: number;
  readonly ssl: TlsChoice["ssl"];
  readonly processId: number;
  readonly secretKey: number;
}

/**
 * Asks the server, over a separate connection, to cancel a connection's current statement: without this, a server whose
 * client is gone keeps working until it has output. Resolves when the server has accepted or ignored the request.
 */
export function requestCancel({ host, port, ssl, processId, secretKey }: Backend): Promise<void> {
  return new Promise((resolve) => {
    const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const limit = setTimeout(() => socket.destroy(), LIMIT_MS);
    const send = (line: Socket) =>
      void line.on("error", () => socket.destroy()).end(message(CANCEL_REQUEST, processId, secretKey));
    // The server sends no answer: it hangs up when done.
    socket.resume().on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(limit);
      resolve();
    });
    socket.on("connect", () => {
      if (ssl === false) return send(socket);
      socket.write(message(SSL_REQUEST));
      socket.once("data", (answer: Buffer) => {
        if (answer.toString() !== "S") return void socket.destroy();
        send(secure({ ...ssl, socket, ...(isIP(host) === 0 ? { servername: host } : {}) }));
      });
    });
  });
}

function message(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * words.length);
  for (const [index, word] of [bytes.length, ...words].entries()) bytes.writeInt32BE(word, 4 * index);
  return bytes;
}
