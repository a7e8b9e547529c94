import { connect, createServer, type Socket } from "node:net";

/** What a network does to the bytes between two ends. */
export interface TcpFault {
  /** Called for each piece in either direction; returns what goes on, or null: the connection is cut. */
  readonly piece?: (bytes: Buffer, toServer: boolean, sofar: number) => Buffer | null | "stall";
  /** Takes connections and says nothing. */
  readonly silent?: boolean;
}

export interface TcpProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** Stands in front of a server and breaks what goes through. */
export async function startTcpProxy(target: { host: string; port: number }, fault: TcpFault): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let sofar = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (fault.silent) return;
    const upstream = connect(target.port, target.host);
    keep(upstream);
    let isStalled = false;
    const forward = (from: Socket, to: Socket, toServer: boolean) => {
      from.on("data", (bytes) => {
        if (isStalled) return;
        const next = fault.piece === undefined ? bytes : fault.piece(bytes, toServer, sofar);
        sofar += bytes.length;
        if (next === "stall") {
          isStalled = true;
        } else if (next === null) {
          client.resetAndDestroy();
          upstream.destroy();
        } else to.write(next);
      });
      from.on("end", () => !isStalled && to.end());
    };
    forward(client, upstream, true);
    forward(upstream, client, false);
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => !isStalled && client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
