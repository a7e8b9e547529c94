import { connect } from "node:net";
import { type HandRequest, type HeaderList, handSigned } from "../../support/hand-signer.js";
import { bytesOf, type RawRequest, readAnswer } from "../../support/raw-http.js";
import { SeededRandom } from "../../support/simulation/seeded-random.js";
import type { BreakClass } from "../case.js";
import type { Lab } from "../lab.js";
import { faultsOfText } from "../oracle.js";
import { captureIo } from "../subject.js";
import { World } from "../world.js";

const PATH = "/api/internal/reconciliation";
const WAIT_MS = 4_000;
const realClock = {
  now: () => Date.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms)),
};

interface Target {
  readonly world: World;
  readonly port: number;
  readonly log: () => string;
  readonly stopped: () => boolean;
  close(): Promise<void>;
}

/** One service for all cases of a worker: it has to outlive them. */
async function startTarget(lab: Lab): Promise<Target> {
  const world = await World.create(new SeededRandom(1), lab, {
    plant: "nothing",
    store: "sqlite",
    chain: "snapshot",
    asProcess: false,
  });
  const io = captureIo({ cwd: world.folder, env: world.env }, realClock);
  let code: number | null = null;
  const done = lab.runCli(["serve", "--port", "0", "--config", world.writeConfig()], io).then((ended) => {
    code = ended;
  });
  const deadline = Date.now() + 10_000;
  let port: number | undefined;
  while (port === undefined) {
    if (code !== null || Date.now() > deadline) throw new Error(`the service did not start: ${io.written.stderr}`);
    await realClock.sleep(10);
    const [, found] = /^Listening on http:\/\/[^:]+:(\d+)/m.exec(io.written.stdout) ?? [];
    if (found !== undefined) port = Number(found);
  }
  return {
    world,
    port,
    log: () => io.written.stderr,
    stopped: () => code !== null,
    async close() {
      io.stop("SIGTERM");
      io.stop("SIGTERM");
      await done;
      await world.close();
    },
  };
}

/** Sends bytes and returns what comes back until the server ends it, or the time is up. */
function talk(port: number, bytes: Buffer, waitMs = WAIT_MS): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("latin1"));
    };
    const timer = setTimeout(end, waitMs);
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", end);
    socket.on("close", end);
    socket.write(bytes);
  });
}

let last = 0;
const uniqueNow = () => {
  last = Math.max(last + 1, Date.now());
  return last;
};

type Draft = { request: HandRequest; headers: HeaderList; raw: Partial<RawRequest> };
const HEADERS = ["service-name", "key-id", "timestamp", "content-sha256", "signature"].map(
  (name) => `x-streampay-${name}`,
);
const swap = (headers: HeaderList, name: string, value: string): HeaderList =>
  headers.map(([key, old]) => [key, key === name ? value : old]);
const signature = (headers: HeaderList) => headers.find(([name]) => name === "x-streampay-signature")![1];

/** Requests that nobody with a key has signed as they stand: none may get in. */
const STRANGERS: Readonly<Record<string, (draft: Draft, random: SeededRandom) => Draft>> = {
  "no signature at all": (draft) => ({ ...draft, headers: [] }),
  "a header left out": (draft, random) => {
    const name = random.pick(HEADERS);
    return { ...draft, headers: draft.headers.filter(([key]) => key !== name) };
  },
  "a header twice": (draft, random) => {
    const name = random.pick(HEADERS);
    return { ...draft, headers: draft.headers.flatMap((pair) => (pair[0] === name ? [pair, pair] : [pair])) };
  },
  "another secret": (draft, random) =>
    resign(draft, { secret: random.pick(["", "undefined", "null", "secret", "[object Object]"]) }),
  "a key that is not there": (draft, random) =>
    resign(draft, { keyId: random.pick(["__proto__", "constructor", "toString", "key-2", "KEY-1", "key-1 ", "*"]) }),
  "a key from the prototype": (draft, random) =>
    resign(draft, {
      keyId: random.pick(["__proto__", "constructor"]),
      secret: random.pick(["", "undefined", "[object Object]"]),
    }),
  "a service that may not": (draft, random) =>
    resign(draft, { service: random.pick(["ops", "Scheduler", "scheduler2", "__proto__"]) }),
  "an old time": (draft, random) =>
    resign(draft, { timestamp: Date.now() - random.pick([301_000, 86_400_000, Date.now()]) }),
  "a time to come": (draft, random) => resign(draft, { timestamp: Date.now() + random.pick([301_000, 1e12, 1e15]) }),
  "an odd time": (draft, random) =>
    resign(draft, {
      timestamp: random.pick([`${Date.now()}.0`, `+${Date.now()}`, `0x1`, "1e13", "", "-1", "NaN", ` ${Date.now()}`]),
    }),
  "another body": (draft, random) => ({
    ...draft,
    raw: { body: random.pick(['{"dryRun":false}', "{}", '{"dryRun":true} ']) },
  }),
  "another path": (draft, random) => ({
    ...draft,
    raw: {
      path: random.pick([
        `${PATH}/`,
        `${PATH}?`,
        `${PATH}/diff/stream_1`,
        `//${PATH}`,
        `${PATH}%2f`,
        "/API/internal/reconciliation",
      ]),
    },
  }),
  "another method": (draft, random) => ({
    ...draft,
    raw: { method: random.pick(["PUT", "GET", "PATCH", "OPTIONS", "TRACE", "post"]) },
  }),
  "a signature with a bit flipped": (draft, random) => {
    const text = signature(draft.headers);
    const at = random.int(3, text.length - 1);
    const digit = text[at] === "0" ? "1" : "0";
    return {
      ...draft,
      headers: swap(draft.headers, "x-streampay-signature", text.slice(0, at) + digit + text.slice(at + 1)),
    };
  },
  "a signature of another form": (draft, random) => {
    const text = signature(draft.headers);
    const forms = [
      text.toUpperCase(),
      text.slice(3),
      `v2${text.slice(2)}`,
      text.slice(0, 40),
      "v1=",
      `${text}00`,
      "v1=*",
      `${text}, ${text}`,
    ];
    return { ...draft, headers: swap(draft.headers, "x-streampay-signature", random.pick(forms)) };
  },
  "a hash of another body": (draft) => ({
    ...draft,
    headers: swap(draft.headers, "x-streampay-content-sha256", "0".repeat(64)),
  }),
  "a huge header": (draft) => ({ ...draft, headers: [["x-huge", "h".repeat(300_000)]] }),
  "hundreds of headers": (draft) => ({
    ...draft,
    headers: Array.from({ length: 1_500 }, (_, i) => [`x-${i}`, "1"] as const),
  }),
  "a huge body": (draft) => ({ ...draft, headers: [], raw: { body: "b".repeat(2_000_000) } }),
};

function resign(draft: Draft, changes: Partial<HandRequest>): Draft {
  const request = { ...draft.request, ...changes };
  return { ...draft, request, headers: handSigned(request) };
}

/** Bytes that are no request, or two at once. */
const GARBAGE: readonly ((draft: Draft, random: SeededRandom) => Buffer)[] = [
  (_draft, random) => Buffer.from(Array.from({ length: random.int(1, 2_000) }, () => random.int(0, 255))),
  () => Buffer.from(`GET ${PATH} HTTP/1.1\r\nhost: x\r\nno colon here\r\n\r\n`),
  () =>
    Buffer.from(
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /`,
    ),
  () => Buffer.from(`POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n`),
  () => Buffer.from(`POST ${PATH} HTTP/9.9\r\n\r\n`),
  () => Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  () => Buffer.from(`GET http://other/${PATH} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
  () => Buffer.from("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", "latin1"),
  // Cut anywhere: what is missing never comes.
  (draft, random) => {
    const bytes = bytesOf({ ...draft.request, headers: draft.headers });
    return bytes.subarray(0, random.int(1, bytes.length - 1));
  },
];

/** Signed as it should be, and odd inside: answered, but never with a bug. */
const ODD_BODIES = [
  "",
  "{",
  "[]",
  "null",
  '"x"',
  '{"dryRun":"yes"}',
  '{"dryRun":true,"more":1}',
  '{"streamId":5,"dryRun":true}',
  '{"streamId":"","dryRun":true}',
  `{"dryRun":true,"x":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
  '{"__proto__":{"dryRun":true}}',
  '{"dryRun":true,"streamId":"\\u0000"}',
  '{"dryRun":true,"streamId":"on-chain:99999999999999999999"}',
  "\ufeff{}",
];
const ODD_PATHS = [
  "stream_1",
  "nobody",
  "%00",
  "%ff",
  "%2e%2e%2f",
  "on-chain%3A1",
  "a".repeat(3_000),
  "%E2%80%AE",
  "x%0d%0ay",
  "'%3b--",
];

/** A service that strangers, replays and malformed requests try. */
export const service: BreakClass = {
  name: "service",
  share: 10,
  async attack(random, lab) {
    const target = await lab.shared("service", () => startTarget(lab));
    const { world, port, log } = target;
    const secret = world.secrets["a service's secret"]!;
    const request: HandRequest = {
      ...{ method: "POST", path: PATH, body: '{"dryRun":true}', service: "scheduler", keyId: "key-1" },
      ...{ secret, timestamp: uniqueNow() },
    };
    const draft: Draft = { request, headers: handSigned(request), raw: {} };
    const logged = log().length;
    const bytes = ({ request: { method, path, body }, headers, raw }: Draft) =>
      bytesOf({ method, path, body, headers, ...raw });
    const faults: string[] = [];
    const seen: string[] = [];
    const send = async (what: Buffer, waitMs?: number) => {
      const text = await talk(port, what, waitMs);
      seen.push(text);
      return { ...readAnswer(text), text };
    };
    let planted: string;
    const kind = random.pick(["stranger", "stranger", "stranger", "garbage", "replay", "odd", "odd"]);
    if (kind === "stranger") {
      const name = random.pick(Object.keys(STRANGERS));
      planted = name;
      const count = random.chance(0.2) ? 8 : 1;
      const what = bytes(STRANGERS[name]!(draft, random));
      const answers = await Promise.all(Array.from({ length: count }, () => send(what)));
      for (const { status, text } of answers) {
        if (text.includes('"data"') || (status >= 200 && status < 300)) faults.push(`somebody got in: ${status}`);
        if (text === "") continue;
        if (![400, 404, 408, 413, 431].includes(status)) faults.push(`a stranger was answered ${status}`);
      }
      if (log().slice(logged).includes('"run_started"')) faults.push("somebody got in: a run was started");
    } else if (kind === "garbage") {
      planted = "bytes that are no request";
      const { text } = await send(random.pick(GARBAGE)(draft, random), 300);
      if (text.includes('"data"')) faults.push("somebody got in");
    } else if (kind === "replay") {
      const count = random.int(2, 8);
      planted = `one request ${count} times`;
      const what = bytes(draft);
      const answers = random.chance(0.5)
        ? await Promise.all(Array.from({ length: count }, () => send(what)))
        : await inTurn(count, () => send(what));
      const accepted = answers.filter(({ status }) => status !== 404).length;
      if (accepted !== 1) faults.push(`somebody got in: ${accepted} of ${count} equal requests were accepted`);
    } else {
      const isDiff = random.chance(0.4);
      const path = `${PATH}/diff/${random.pick(ODD_PATHS)}`;
      const body = random.pick(ODD_BODIES);
      planted = isDiff ? `a diff of ${path.slice(0, 80)}` : `a body ${body.slice(0, 60)}`;
      const signed = resign(draft, isDiff ? { method: "GET", path, body: "" } : { body });
      const { status, text } = await send(bytes(signed));
      if (![200, 400, 404, 409].includes(status)) faults.push(`answered ${status}: ${text.slice(-120)}`);
    }
    // Whoever may ask is still answered.
    const good = resign(draft, { timestamp: uniqueNow() });
    const answer = await send(bytes(good));
    if (![200, 409].includes(answer.status)) faults.push(`a good request was answered ${answer.status}`);
    if (target.stopped()) faults.push("crash: the service has ended");
    const news = log().slice(logged);
    if (/"unexpected_failure"/.test(news)) faults.push("the service logged a bug");
    if (news.split("\n").some((line) => line !== "" && !line.startsWith("{")))
      faults.push("a line of its log is no JSON");
    faults.push(...faultsOfText("the log", news, world));
    for (const text of seen)
      faults.push(
        ...faultsOfText("an answer", Buffer.from(text, "latin1").toString("utf8").replaceAll("\r", ""), world),
      );
    return { planted, faults };
  },
};

async function inTurn<T>(count: number, act: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let n = 0; n < count; n += 1) results.push(await act());
  return results;
}
