import { gzipSync } from "node:zlib";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import { drawAim } from "../aim.js";
import type { BreakClass } from "../case.js";
import type { Exchange } from "../hostile-node.js";
import { usualRequest } from "../usual-request.js";
import { inWorld } from "../world.js";

/** Answers over HTTP in a way of its own. */
type HttpAttack = (exchange: Exchange, random: SeededRandom, elsewhere: string) => void;

const STATUSES = [201, 203, 204, 205, 206, 226, 300, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 418, 421];
const LATER = [423, 425, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 522, 529, 599, 999];
const WAITS = ["0", "1", "-1", "soon", "99999999999", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"];

const honest = ({ answer }: Exchange) => Buffer.from(JSON.stringify(answer()));
const raw = ({ socket }: Exchange, head: string, body: Buffer | string = "") => {
  socket.write(Buffer.concat([Buffer.from(head.replaceAll("\n", "\r\n"), "latin1"), Buffer.from(body)]));
};
const rawAndEnd = (exchange: Exchange, head: string, body: Buffer | string = "") => {
  raw(exchange, head, body);
  exchange.socket.end();
};

/** Those in which the honest answer is nowhere to be had. */
const FAILURES: Readonly<Record<string, HttpAttack>> = {
  "a status": ({ response }, random) =>
    void response.writeHead(random.pick([...STATUSES, ...LATER])).end(random.pick(["", "no", "{}", '{"error":"no"}'])),
  "come again later": ({ response }, random) =>
    void response.writeHead(random.pick([429, 503]), { "retry-after": random.pick(WAITS) }).end(),
  "a redirect": ({ response, request }, random, elsewhere) =>
    void response
      .writeHead(random.pick([301, 302, 303, 307, 308]), {
        location: random.pick([elsewhere, request.path, "", "//", "http://", "file:///etc/passwd", "/x\u00ff"]),
      })
      .end(),
  "gzip that is none": (exchange) =>
    rawAndEnd(exchange, "HTTP/1.1 200 OK\ncontent-encoding: gzip\n\n", "\x1f\x8b nothing of the kind"),
  "a bomb of gzip": ({ response }) =>
    void response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(20_000_000, 32))),
  "half of the body": ({ response, ...rest }) => {
    const body = honest({ response, ...rest });
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  },
  "less than the length says": (exchange) => {
    const body = honest(exchange);
    rawAndEnd(exchange, `HTTP/1.1 200 OK\ncontent-length: ${body.length + 100}\n\n`, body);
  },
  "chunks that are none": (exchange) => rawAndEnd(exchange, "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\nzz\n{}\n"),
  "a chunk without an end": (exchange) =>
    rawAndEnd(exchange, 'HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n20\n{"jsonrpc":'),
  "two lengths": (exchange) => {
    const body = honest(exchange);
    rawAndEnd(exchange, `HTTP/1.1 200 OK\ncontent-length: 2\ncontent-length: ${body.length}\n\n`, body);
  },
  "a huge header": (exchange) =>
    rawAndEnd(exchange, `HTTP/1.1 200 OK\nx-huge: ${"h".repeat(1_000_000)}\n\n`, honest(exchange)),
  "not HTTP": (exchange, random) =>
    rawAndEnd(
      exchange,
      random.pick(["SSH-2.0-OpenSSH_9.6\n", "\u0000\u0001\u0002", "HTTP/9.9 200\n\n", "ICY 200 OK\n\n", "\n\n"]),
    ),
  "the head again and again": (exchange) => rawAndEnd(exchange, "HTTP/1.1 100 Continue\n\n".repeat(2_000)),
  "a switch of protocols": (exchange) =>
    rawAndEnd(exchange, "HTTP/1.1 101 Switching Protocols\nupgrade: h2c\nconnection: upgrade\n\n"),
};

/** Those in which the honest answer comes all the same, in an odd way. */
const ODDITIES: Readonly<Record<string, HttpAttack>> = {
  "gzip nobody asked for": (exchange) =>
    void exchange.response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(honest(exchange))),
  "plain text that says gzip": (exchange) =>
    void exchange.response.writeHead(200, { "content-encoding": "gzip" }).end(honest(exchange)),
  "more than the length says": (exchange) => {
    const body = honest(exchange);
    rawAndEnd(exchange, `HTTP/1.1 200 OK\ncontent-length: ${body.length}\nconnection: close\n\n`, `${body}trailing`);
  },
  "byte by byte": (exchange) => {
    const body = honest(exchange);
    exchange.response.writeHead(200, { "content-length": body.length });
    let at = 0;
    const next = () => {
      if (at >= body.length || exchange.response.destroyed) return void exchange.response.end();
      exchange.response.write(body.subarray(at, at + 400));
      at += 400;
      setTimeout(next, 2);
    };
    next();
  },
  "a thousand headers": (exchange) =>
    rawAndEnd(exchange, `HTTP/1.1 200 OK\n${"x-many: 1\n".repeat(1_000)}connection: close\n\n`, honest(exchange)),
  "another type": (exchange, random) =>
    void exchange.response
      .writeHead(200, {
        "content-type": random.pick(["text/html", "image/png", "application/json; charset=utf-16", "x"]),
      })
      .end(honest(exchange)),
  "no length and no end but the connection's": (exchange) =>
    rawAndEnd(exchange, "HTTP/1.1 200 OK\nconnection: close\n\n", honest(exchange)),
  "chunks of one byte": (exchange) => {
    const chunks = [...honest(exchange)].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join("");
    rawAndEnd(exchange, "HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n", Buffer.from(`${chunks}0\r\n\r\n`, "latin1"));
  },
  "an announcement first": (exchange) => {
    const body = honest(exchange);
    rawAndEnd(
      exchange,
      `HTTP/1.1 103 Early Hints\nlink: </x>\n\nHTTP/1.1 200 OK\ncontent-length: ${body.length}\n\n`,
      body,
    );
  },
};

/** A node, or whatever stands before it, that speaks HTTP in odd ways. */
export const nodeHttp: BreakClass = {
  name: "node HTTP",
  share: 9,
  attack: (random, lab) => {
    const fails = random.chance(0.65);
    const attacks = fails ? FAILURES : ODDITIES;
    const name = random.pick(Object.keys(attacks));
    return inWorld(random, lab, { chain: "rpc", attack: name }, async (world) => {
      const aim = drawAim(random, world);
      const other = await lab.shared("another host", startOtherHost);
      const strangers = other.requests();
      world.node.turn((exchange) => {
        if (!aim.hits(exchange)) return false;
        attacks[name]!(exchange, random, other.url);
        return true;
      });
      const reason = () => (aim.hidesVictim && fails ? `${name}, ${aim.says}` : null);
      // Failures are no findings.
      const { faults, how } = await usualRequest(random, world, reason, {
        timeout: 6,
        neverRed: world.plant === "nothing",
      });
      const followed = other.requests() > strangers ? ["secret: it followed a redirect, and its key went along"] : [];
      return { planted: `${world.plant}; ${name}, ${aim.says}; ${how}`, faults: [...faults, ...followed] };
    });
  },
};

/** A host that no request may reach. */
async function startOtherHost() {
  const { createServer } = await import("node:http");
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests: () => requests,
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}
