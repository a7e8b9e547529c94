import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import { drawAim } from "../aim.js";
import type { BreakClass } from "../case.js";
import type { Exchange } from "../hostile-node.js";
import { usualRequest } from "../usual-request.js";
import { inWorld } from "../world.js";

type SocketAttack = (exchange: Exchange, random: SeededRandom) => void;

const whole = ({ answer }: Exchange) => Buffer.from(JSON.stringify(answer()));

/** Connections that break, stall, or say more than they should. */
const ATTACKS: Readonly<Record<string, SocketAttack>> = {
  "reset at once": ({ socket }) => void socket.resetAndDestroy(),
  "reset within the head": ({ socket }) => {
    socket.write("HTTP/1.1 200 OK\r\ncontent-ty", () => socket.resetAndDestroy());
  },
  "reset within the body": (exchange, random) => {
    const body = whole(exchange);
    exchange.socket.write(
      Buffer.concat([
        Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`),
        body.subarray(0, random.int(0, body.length - 1)),
      ]),
      () => exchange.socket.resetAndDestroy(),
    );
  },
  "closed without an answer": ({ socket }) => void socket.end(),
  "closed after every answer": (exchange) => {
    const body = whole(exchange);
    exchange.socket.end(
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`), body]),
    );
  },
  "closed once it is idle": (exchange) => {
    exchange.response.writeHead(200).end(whole(exchange), () => setTimeout(() => exchange.socket.destroy(), 1));
  },
  "no answer ever": () => {},
  "a head and nothing more": ({ response }) => void response.writeHead(200).write(" "),
  "a body without an end": (exchange) => {
    const { response } = exchange;
    response.writeHead(200);
    const more = () => {
      if (response.destroyed) return;
      response.write(" ");
      setTimeout(more, 50);
    };
    more();
  },
  "two answers to one request": (exchange) => {
    const body = whole(exchange);
    const text = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    exchange.socket.write(text + text);
  },
  "late answers": (exchange, random) => {
    setTimeout(() => exchange.send(whole(exchange)), random.int(50, 400));
  },
};

/** Those after which nothing can have been read. */
const DEAD = ["reset", "no answer ever", "a head and", "a body without", "closed without"];

/** A network in which connections break, stall and hang. */
export const nodeSockets: BreakClass = {
  name: "node sockets",
  share: 6,
  attack: (random, lab) => {
    const name = random.pick(Object.keys(ATTACKS));
    return inWorld(random, lab, { chain: "rpc", attack: name }, async (world) => {
      const aim = drawAim(random, world);
      world.node.turn((exchange) => {
        if (!aim.hits(exchange)) return false;
        ATTACKS[name]!(exchange, random);
        return true;
      });
      const dead = aim.hidesVictim && DEAD.some((start) => name.startsWith(start));
      const reason = () => (dead ? `${name}, ${aim.says}` : null);
      const stalls = name.includes("ever") || name.includes("nothing more") || name.includes("without an end");
      const { faults, how } = await usualRequest(random, world, reason, {
        timeout: stalls ? 1 : 8,
        neverRed: world.plant === "nothing",
      });
      return { planted: `${world.plant}; ${name}, ${aim.says}; ${how}`, faults };
    });
  },
};
