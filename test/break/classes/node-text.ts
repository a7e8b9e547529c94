import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import { victimKey } from "../aim.js";
import type { BreakClass } from "../case.js";
import type { Exchange } from "../hostile-node.js";
import { usualRequest } from "../usual-request.js";
import { inWorld, type World } from "../world.js";

type Answer = Record<string, unknown>;

interface TextAttack {
  readonly text: (exchange: Exchange, random: SeededRandom, world: World) => string | Buffer;
  /** Done to every answer, there is nothing that a run could have checked. */
  readonly saysNothing: boolean;
}

const nested = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);
const DEPTHS = [100, 5_000, 100_000];
const WRONG = [null, true, 0, -1, "", "text", [], {}, [[]], 1e308, "9".repeat(1_000)];
const NUMBERS = [
  "1e400",
  "-0",
  "9007199254740993",
  "9".repeat(5_000),
  "0.1",
  "1e-400",
  "NaN",
  "Infinity",
  "0x10",
  "01",
];
/** Texts that a terminal, a page, a sheet or a build log could take for more than text. */
const HOSTILE = [
  "\u001b[2J\u001b]0;owned\u0007",
  "\u009b31mred",
  "<script>breakout</script>",
  "=cmd|' /C calc'!A0",
  "\n::error::owned",
  "##[error]owned",
  "\u202egnp.exe",
  "\u0000\u0001\u0002",
  "a\r\nSet-Cookie: x=1",
  "\ud800",
  "]]>",
];

const json = (answer: Answer) => JSON.stringify(answer);
const insertAt = (text: string, at: number, what: string) => text.slice(0, at) + what + text.slice(at);

/** The answer with another key in front: JSON's readers differ about which of two keys counts. */
const withRaw = (answer: Answer, name: string, raw: string) =>
  `{${JSON.stringify(name)}:${raw},${json(answer).slice(1)}`;
const without = (answer: Answer, name: string) =>
  Object.fromEntries(Object.entries(answer).filter(([key]) => key !== name));
const error = ({ id }: Answer, what: unknown) => json({ jsonrpc: "2.0", id, error: what });

/** What the request carried that is secret, as a gateway that echoes requests would say it. */
function echo({ request }: Exchange, random: SeededRandom, world: World): string {
  const { authorization = "", host } = request.headers;
  const basic = authorization.replace(/^Basic /, "");
  return random.pick([
    `denied: http://${host}${request.path}`,
    `denied for ${authorization}`,
    `denied for ${Buffer.from(basic, "base64")}`,
    decodeURIComponent(request.path),
    ...Object.values(world.secrets),
  ]);
}

const ATTACKS: Readonly<Record<string, TextAttack>> = {
  "cut off": {
    text: ({ answer }, random) => json(answer()).slice(0, random.int(0, json(answer()).length - 1)),
    saysNothing: true,
  },
  "a byte changed": {
    text: ({ answer }, random) => {
      const bytes = Buffer.from(json(answer()));
      bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
      return bytes;
    },
    saysNothing: false,
  },
  "a piece said twice": {
    text: ({ answer }, random) => {
      const text = json(answer());
      const at = random.int(0, text.length - 1);
      return insertAt(text, at, text.slice(at, at + random.int(1, 40)));
    },
    saysNothing: false,
  },
  "deep result": {
    text: ({ answer }, random) => withRaw(without(answer(), "result"), "result", nested(random.pick(DEPTHS), "[", "]")),
    saysNothing: true,
  },
  "deep object": {
    text: ({ answer }, random) => {
      const levels = random.pick(DEPTHS);
      return withRaw(without(answer(), "result"), "result", `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);
    },
    saysNothing: true,
  },
  "deep error": {
    text: ({ answer }, random) => withRaw(without(answer(), "result"), "error", nested(random.pick(DEPTHS), "[", "]")),
    saysNothing: true,
  },
  "deep id": {
    text: ({ answer }, random) => withRaw(without(answer(), "id"), "id", nested(random.pick(DEPTHS), "[", "]")),
    saysNothing: true,
  },
  "a deep key beside the rest": {
    text: ({ answer }, random) => withRaw(answer(), "extra", nested(random.pick(DEPTHS), "[", "]")),
    saysNothing: false,
  },
  "a huge text": {
    text: ({ answer, request }, random) => {
      const huge = "x".repeat(random.pick([100_000, 3_000_000]));
      const whole = answer();
      const result = whole.result as Answer;
      if (request.method === "getNetwork") return json({ ...whole, result: { ...result, passphrase: huge } });
      return json({ ...whole, huge });
    },
    saysNothing: false,
  },
  "a huge error": {
    text: ({ answer }, random) => error(answer(), { code: -1, message: "y".repeat(random.pick([100_000, 3_000_000])) }),
    saysNothing: true,
  },
  "a result of the wrong type": {
    text: ({ answer }, random) => json({ ...answer(), result: random.pick(WRONG) }),
    saysNothing: true,
  },
  "a wrong type within the result": {
    text: ({ answer }, random) => {
      const whole = answer();
      const result = (whole.result ?? {}) as Answer;
      const name = random.pick(Object.keys(result));
      return json({ ...whole, result: { ...result, [name]: random.pick(WRONG) } });
    },
    saysNothing: false,
  },
  "an odd number": {
    text: ({ answer }, random) => {
      const odd = random.pick(NUMBERS);
      return json(answer()).replace(/"(sequence|latestLedger|lastModifiedLedgerSeq)":\d+/g, `"$1":${odd}`);
    },
    saysNothing: false,
  },
  "another id": { text: ({ answer }, random) => json({ ...answer(), id: random.pick(WRONG) }), saysNothing: true },
  "no id": { text: ({ answer }) => json(without(answer(), "id")), saysNothing: true },
  "neither result nor error": { text: ({ answer }) => json(without(answer(), "result")), saysNothing: true },
  "result and error": {
    text: ({ answer }) => json({ ...answer(), error: { code: -32_000, message: "and yet" } }),
    saysNothing: true,
  },
  "an error of an odd type": {
    text: ({ answer }, random) => error(answer(), random.pick(WRONG.filter((odd) => odd !== null))),
    saysNothing: true,
  },
  "an error in hostile words": {
    text: ({ answer }, random) =>
      error(answer(), { code: -1, message: random.pick(HOSTILE), data: random.pick(HOSTILE) }),
    saysNothing: true,
  },
  "an error that echoes secrets": {
    text: (exchange, random, world) =>
      error(exchange.answer(), {
        code: -1,
        message: echo(exchange, random, world),
        data: echo(exchange, random, world),
      }),
    saysNothing: true,
  },
  "an error that is an echo": {
    text: (exchange, random, world) => error(exchange.answer(), echo(exchange, random, world)),
    saysNothing: true,
  },
  "an id that is an echo": {
    text: (exchange, random, world) => json({ ...exchange.answer(), id: echo(exchange, random, world) }),
    saysNothing: true,
  },
  "a result that is an echo": {
    text: (exchange, random, world) => json({ ...exchange.answer(), result: echo(exchange, random, world) }),
    saysNothing: true,
  },
  "an echo within the result": {
    text: (exchange, random, world) => {
      const whole = exchange.answer();
      const result = (whole.result ?? {}) as Answer;
      return json({
        ...whole,
        result: { ...result, [random.pick(Object.keys(result))]: echo(exchange, random, world) },
      });
    },
    saysNothing: false,
  },
  "two results": {
    text: ({ answer }) => withRaw(answer(), "result", '{"entries":[],"latestLedger":1,"sequence":1}'),
    saysNothing: false,
  },
  "a prototype": { text: ({ answer }) => withRaw(answer(), "__proto__", '{"result":null}'), saysNothing: false },
  "a batch": { text: ({ answer }) => `[${json(answer())}]`, saysNothing: true },
  "a byte order mark": { text: ({ answer }) => `\ufeff${json(answer())}`, saysNothing: false },
  "UTF-16": { text: ({ answer }) => Buffer.from(json(answer()), "utf16le"), saysNothing: true },
  "bytes that are no text": {
    text: ({ answer }) => Buffer.concat([Buffer.from(json(answer())), Buffer.from([0xff, 0xfe, 0xc0])]),
    saysNothing: true,
  },
  "no answer at all": { text: () => "", saysNothing: true },
  "a page": { text: () => "<!doctype html><title>502 Bad Gateway</title>", saysNothing: true },
  "white space without end": { text: ({ answer }) => `${" ".repeat(2_000_000)}${json(answer())}`, saysNothing: false },
};

const METHODS = ["getHealth", "getNetwork", "getLatestLedger", "getLedgerEntries", "getEvents"] as const;

/** A node whose answers are not the JSON that they should be. */
export const nodeText: BreakClass = {
  name: "node text",
  share: 11,
  attack: (random, lab) => {
    const name = random.pick(Object.keys(ATTACKS));
    return inWorld(random, lab, { chain: "rpc", attack: name }, async (world) => {
      const { text, saysNothing } = ATTACKS[name]!;
      const always = random.chance(0.7);
      const method = random.chance(0.4) ? null : random.pick(METHODS);
      // All else is answered: one stream alone cannot be read.
      const aimed = random.chance(0.25);
      const key = victimKey(world);
      let struck = 0;
      world.node.turn((exchange) => {
        const { request } = exchange;
        const hit = aimed ? request.keys.includes(key) : method === null || request.method === method;
        if (!hit || (!always && struck > 0)) return false;
        struck += 1;
        exchange.send(text(exchange, random, world));
        return true;
      });
      const hidden = always && saysNothing && (aimed || method === null || method === "getLedgerEntries");
      const reason = () => (hidden ? `${name}, in every answer` : null);
      const { faults, how } = await usualRequest(random, world, reason, { timeout: 10 });
      const often = always ? "always" : "once";
      return {
        planted: `${world.plant}; ${name}, ${aimed ? "the victim" : (method ?? "every method")}, ${often}; ${how}`,
        faults,
      };
    });
  },
};
