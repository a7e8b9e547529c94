import { once } from "node:events";
import { connect } from "node:net";
import { type CliWorld, createWorld } from "../support/cli-world.js";
import { type HandRequest, type HeaderList, handSigned } from "../support/hand-signer.js";
import { bytesOf, exchange, type RawAnswer, readAnswer, send } from "../support/raw-http.js";
import {
  AUTH,
  ask,
  goodRequest,
  OLD_SECRET,
  RUN_PATH,
  type RunningService,
  SECRET,
  startService,
  uniqueNow,
} from "../support/service.js";

const DIFF = `${RUN_PATH}/diff/stream_1`;
const NOWHERE = "/api/internal/nothing-to-be-found";

let world: CliWorld;
let service: RunningService;
let unknown: RawAnswer;

beforeAll(async () => {
  world = await createWorld();
  const config = await world.write("config.json", { auth: AUTH });
  service = await startService(["--config", config, ...world.overSnapshot]);
  unknown = await send(service.url, { method: "POST", path: NOWHERE, headers: [] });
});

afterAll(async () => {
  await service?.stop();
  await world.close();
});

/** The log line of the last refused request. */
const lastRefusal = () => service.events("request_refused").at(-1)!;

describe("a request that is signed properly", () => {
  it.each([
    ["for a run", {}],
    ["for a run, without a body", { body: "" }],
    ["with the older key", { keyId: "key-0", secret: OLD_SECRET }],
    ["by the other service", { service: "ops" }],
    ["for a diff", { method: "GET", path: DIFF, body: "" }],
    ["with a query", { path: `${RUN_PATH}?b=2&a=1&a=%20` }],
    ["nearly too old", { timestamp: Date.now() - 290_000 }],
    ["nearly too early", { timestamp: Date.now() + 290_000 }],
  ] as [string, Partial<HandRequest>][])("is answered %s", async (_name, changes) => {
    // The run without a body needs a table for its record, which does not exist here; the request was still admitted.
    expect((await ask(service.url, changes)).status).toBe(changes.body === "" && !("path" in changes) ? 500 : 200);
  });
});

it("an unknown route is answered 404, with nothing more", () => {
  expect(unknown).toEqual({
    status: 404,
    head: [
      "HTTP/1.1 404 Not Found",
      "content-type: application/json; charset=utf-8",
      "content-length: 52",
      "Date",
      "Connection: close",
    ],
    body: '{"error":{"code":"not_found","message":"Not found"}}',
  });
});

const NAMES = [
  "x-streampay-service-name",
  "x-streampay-key-id",
  "x-streampay-timestamp",
  "x-streampay-content-sha256",
  "x-streampay-signature",
] as const;
type Name = (typeof NAMES)[number];

const valueIn = (headers: HeaderList, name: Name) => headers.find(([known]) => known === name)![1];
const withValue = (headers: HeaderList, name: Name, change: (value: string) => string): HeaderList =>
  headers.map(([known, value]) => [known, known === name ? change(value) : value]);

/** Replaces the last character by another of the same kind. */
const altered = (value: string) => value.slice(0, -1) + (value.endsWith("1") ? "2" : "1");
const otherCase = (value: string) => value.replace(/[a-z]/g, (letter) => letter.toUpperCase());

/** The forgeries, each applied to every header. */
const FORGERIES: Readonly<Record<string, (headers: HeaderList, name: Name) => HeaderList>> = {
  missing: (headers, name) => headers.filter(([known]) => known !== name),
  empty: (headers, name) => withValue(headers, name, () => ""),
  altered: (headers, name) => withValue(headers, name, altered),
  "doubled with the same value": (headers, name) => [...headers, [name, valueIn(headers, name)]],
  "doubled with another value": (headers, name) => [[name, altered(valueIn(headers, name))], ...headers],
  "doubled behind hundreds of others": (headers, name) => [
    ...headers,
    ...Array.from({ length: 300 }, (_, index): HeaderList[number] => [`x-${index}`, ""]),
    [name, valueIn(headers, name)],
  ],
  "doubled within one line": (headers, name) => withValue(headers, name, (value) => `${value}, ${value}`),
  huge: (headers, name) => withValue(headers, name, (value) => value + "a".repeat(20_000)),
  enormous: (headers, name) => withValue(headers, name, (value) => value + "a".repeat(300_000)),
  "with letters beyond ASCII": (headers, name) => withValue(headers, name, (value) => `${value.slice(0, -1)}\u00e9`),
  "with a tab inside": (headers, name) =>
    withValue(headers, name, (value) => `${value.slice(0, 4)}\t${value.slice(4)}`),
  "with a control character": (headers, name) => withValue(headers, name, (value) => `${value}\u0001`),
};

/** The refusals that the log may give: well-formed alterations are found later. */
function reasonOf(forgery: string): RegExp {
  if (forgery === "missing") return /^header_missing$/;
  if (forgery === "enormous" || forgery.includes("hundreds")) return /^headers_too_large$/;
  if (forgery.startsWith("doubled") && !forgery.endsWith("line")) return /^header_repeated$/;
  if (forgery === "with a control character") return /^request_unreadable$/;
  return forgery === "altered" ? /^(key_unknown|signature_mismatch|header_malformed)$/ : /^header_malformed$/;
}

describe.each([
  ["POST", RUN_PATH],
  ["GET", DIFF],
])("%s %s", (method, path) => {
  const request = () => goodRequest({ method, path, body: method === "POST" ? '{"dryRun":true}' : "" });

  describe.each(Object.keys(FORGERIES))("with a header that is %s", (forgery) => {
    it.each(NAMES)("%s", async (name) => {
      const { body } = request();
      const headers = FORGERIES[forgery]!(handSigned(request()), name);
      const refused = service.events("request_refused").length;
      expect(await send(service.url, { method, path, body, headers })).toEqual(unknown);
      expect(service.events("request_refused").slice(refused)).toEqual([
        expect.objectContaining({ status: 404, refusal: expect.stringMatching(reasonOf(forgery)) }),
      ]);
      // The same bytes for an unknown route, with their own signature.
      const elsewhere = FORGERIES[forgery]!(handSigned({ ...request(), path: NOWHERE }), name);
      expect(await send(service.url, { method, path: NOWHERE, body, headers: elsewhere })).toEqual(unknown);
    });
  });

  // The timestamp's digits have no case.
  it.each(NAMES.filter((name) => name !== "x-streampay-timestamp"))("%s in another case", async (name) => {
    const { body } = request();
    const headers = withValue(handSigned(request()), name, otherCase);
    expect(await send(service.url, { method, path, body, headers })).toEqual(unknown);
  });

  it.each([
    ["a stale timestamp", { timestamp: Date.now() - 301_000 }, "timestamp_stale"],
    ["a timestamp of the future", { timestamp: Date.now() + 330_000 }, "timestamp_future"],
    ["a timestamp in seconds", { timestamp: Math.floor(Date.now() / 1000) }, "timestamp_stale"],
    ["a timestamp that is none", { timestamp: "now" }, "header_malformed"],
    ["an unknown key", { keyId: "key-9" }, "key_unknown"],
    ["a retired key", { keyId: "key-00", secret: OLD_SECRET }, "key_unknown"],
    ["another key's secret", { secret: OLD_SECRET }, "signature_mismatch"],
    ["a secret that differs in its last letter", { secret: `${SECRET.slice(0, -1)}f` }, "signature_mismatch"],
    ["an empty secret", { secret: "" }, "signature_mismatch"],
    ["a service that is not allowed", { service: "billing" }, "service_not_allowed"],
    ["an allowed service in another case", { service: "Scheduler" }, "service_not_allowed"],
    ["the start of an allowed service", { service: "sched" }, "service_not_allowed"],
    ["a key that every object has", { keyId: "__proto__" }, "key_unknown"],
    ["a key that every object has", { keyId: "constructor" }, "key_unknown"],
  ] satisfies [string, Partial<HandRequest>, string][])("with %s, signed properly", async (_name, changes, refusal) => {
    expect(await ask(service.url, { ...request(), ...changes })).toEqual(unknown);
    expect(lastRefusal()).toMatchObject({ refusal, status: 404 });
  });

  it.each([
    ["another method", { method: "PUT" }],
    ["another path", { path: `${path}/` }],
    ["no query", { path: `${path}?a=1` }],
    ["another service", { service: "ops" }],
    ["another key", { keyId: "key-0" }],
    ["another time", { timestamp: Date.now() - 1_000 }],
    ["another body", { body: '{"dryRun":false}' }],
  ] satisfies [string, Partial<HandRequest>][])("signed for %s", async (_name, changes) => {
    const sent = request();
    const headers = handSigned({ ...sent, ...changes });
    // Everything except the signature matches what is sent.
    const own = handSigned(sent).slice(0, 4);
    expect(await send(service.url, { method, path, body: sent.body, headers: [...own, headers[4]!] })).toEqual(unknown);
    expect(lastRefusal()).toMatchObject({ refusal: "signature_mismatch" });
  });

  it("signed for the query in another order", async () => {
    const headers = handSigned({ ...request(), path: `${path}?a=1&b=2` });
    const { body } = request();
    expect(await send(service.url, { method, path: `${path}?b=2&a=1`, body, headers })).toEqual(unknown);
    const right = handSigned({ ...request(), path: `${path}?b=2&a=1` });
    expect((await send(service.url, { method, path: `${path}?b=2&a=1`, body, headers: right })).status).toBe(200);
  });

  it("signed for another body, whose hash is sent", async () => {
    const headers = handSigned({ ...request(), body: "{}" });
    expect(await send(service.url, { method, path, body: '{"dryRun":true}', headers })).toEqual(unknown);
    expect(lastRefusal()).toMatchObject({ refusal: "body_mismatch", service: "scheduler", keyId: "key-1" });
  });

  it("sent again", async () => {
    const sent = request();
    expect((await ask(service.url, sent)).status).toBe(200);
    expect(await ask(service.url, sent)).toEqual(unknown);
    expect(lastRefusal()).toMatchObject({ refusal: "replayed", service: "scheduler" });
    // HTTP treats header names in another case and order as equal.
    const headers = handSigned(sent).map(([name, value]) => [name.toUpperCase(), value] as const);
    const again = { method, path, body: sent.body, headers: headers.reverse() };
    expect(await send(service.url, again)).toEqual(unknown);
  });

  it.each([
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
    "SEARCH",
    method === "GET" ? "POST" : "GET",
  ])("by %s, signed or not", async (other) => {
    const nothing = { method: other, path: NOWHERE, headers: [] };
    const expected = await send(service.url, nothing);
    expect(await send(service.url, { ...nothing, path })).toEqual(expected);
    expect(await ask(service.url, { method: other, path, body: "" })).toEqual(expected);
  });

  it.each([
    ["a slash at the end", (p: string) => `${p}/`],
    ["a slash in front", (p: string) => `/${p}`],
    ["another case", (p: string) => p.replace("api", "API")],
    ["an encoded letter", (p: string) => p.replace("internal", "%69nternal")],
    ["an encoded slash", (p: string) => p.replace("/reconciliation", "%2Freconciliation")],
    ["dots", (p: string) => p.replace("/internal", "/x/../internal")],
    ["an unfinished escape", (p: string) => `${p}%`],
    ["bytes that are no UTF-8", (p: string) => `${p}%ff`],
    ["a fragment", (p: string) => `${p}#x`],
    ["a semicolon", (p: string) => p.replace("/reconciliation", ";/reconciliation")],
    ["the whole URL", (p: string) => `http://localhost${p}`],
    ["a very long name", (p: string) => `${p}/${"a".repeat(2_000)}`],
  ])("under its path with %s, signed or not", async (_name, change) => {
    const other = change(path);
    const elsewhere = await send(service.url, { method, path: change(NOWHERE), headers: [] });
    expect(elsewhere).toEqual(unknown);
    const refused = service.events("request_refused").length;
    expect(await send(service.url, { method, path: other, headers: [] })).toEqual(unknown);
    expect(service.events("request_refused").slice(refused)).toMatchObject([{ refusal: "header_missing" }]);
    const answer = await ask(service.url, { ...request(), path: other });
    // A stream may have this name: then the signed caller is told that it does not exist.
    if (answer.status !== 404 || answer.body.includes("stream_not_found")) expect(other.startsWith(DIFF)).toBe(true);
    else expect(answer).toEqual(unknown);
  });

  it.each(["HTTP/1.0", "HTTP/1.1"])("over %s, unsigned", async (version) => {
    const answers = [path, NOWHERE].map((place) => send(service.url, { method, path: place, headers: [], version }));
    const [here, elsewhere] = await Promise.all(answers);
    expect(here).toEqual(elsewhere);
    expect(here!.status).toBe(404);
  });

  it("that expects 100-continue", async () => {
    const waiting: HeaderList = [["expect", "100-continue"]];
    const ask100 = (place: string) =>
      exchange(service.url, bytesOf({ method, path: place, body: "{}", headers: waiting }));
    const [here, elsewhere] = [await ask100(path), await ask100(NOWHERE)];
    expect(here.replace(/date: .*/gi, "")).toBe(elsewhere.replace(/date: .*/gi, ""));
  });

  it.each([
    ["a length", (body: string): [HeaderList, string] => [[], body]],
    [
      "chunks",
      (body: string): [HeaderList, string] => [
        [["transfer-encoding", "chunked"]],
        `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      ],
    ],
  ])("with a body that is too large, told by %s", async (kind, encode) => {
    const body = "x".repeat(20_000);
    const bytes = (place: string) => {
      const [more, text] = encode(body);
      const headers = [...handSigned(goodRequest({ method, path: place, body })), ...more];
      if (kind === "a length") return bytesOf({ method, path: place, body: text, headers });
      return Buffer.concat([bytesOf({ method, path: place, headers }), Buffer.from(text)]);
    };
    expect(readAnswer(await exchange(service.url, bytes(path)))).toEqual(unknown);
    expect(lastRefusal()).toMatchObject({ refusal: "body_too_large" });
    expect(readAnswer(await exchange(service.url, bytes(NOWHERE)))).toEqual(unknown);
  });

  it("behind another request on the same connection", async () => {
    const keptOpen = (place: string) =>
      Buffer.from(bytesOf({ method, path: place, headers: [] }).toString().replace("connection: close\r\n", ""));
    const pipelined = async (place: string) =>
      exchange(service.url, Buffer.concat([keptOpen(place), bytesOf({ method, path: place, headers: [] })]));
    const [here, elsewhere] = [await pipelined(path), await pipelined(NOWHERE)];
    expect(here.replace(/date: .*/gi, "")).toBe(elsewhere.replace(/date: .*/gi, ""));
    expect(here.match(/HTTP\/1\.1 404/g)).toHaveLength(2);
    expect(here).toContain("keep-alive");
  });
});

it("an unknown route looks the same to an authorised caller", async () => {
  expect(await ask(service.url, { path: NOWHERE })).toEqual(unknown);
  expect(lastRefusal()).toMatchObject({ refusal: "unknown_route", service: "scheduler" });
});

it.each(["application/json", "text/plain", "multipart/form-data; boundary=x", "no type at all", ""])(
  "content of type %j changes nothing for one who may not ask",
  async (type) => {
    for (const path of [RUN_PATH, NOWHERE]) {
      const headers: HeaderList = [["content-type", type]];
      expect(await send(service.url, { method: "POST", path, body: "{", headers })).toEqual(unknown);
    }
  },
);

it.each([
  ["a line that is no header", "POST", "HTTP/1.1\r\nhost: localhost\r\nbad header", "request_unreadable"],
  ["no host", "POST", "HTTP/1.1\r\nconnection: close", "header_missing"],
  ["an expectation that nobody knows", "POST", "HTTP/1.1\r\nexpect: x\r\nconnection: close", "header_missing"],
  ["two lengths", "POST", "HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2", "request_unreadable"],
  ["a length and chunks", "POST", "HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked", "request_unreadable"],
  ["a method that there is not", "FROB", "HTTP/1.1", "request_unreadable"],
  ["a version that there is not", "POST", "HTTP/9.9", "request_unreadable"],
  ["a wish to be connected elsewhere", "CONNECT", "HTTP/1.1\r\nhost: localhost", "request_unreadable"],
])(
  "a stranger's request with %s is answered alike, and logged, wherever it was to go",
  async (_name, method, rest, refusal) => {
    for (const path of [RUN_PATH, NOWHERE]) {
      const refused = service.events("request_refused").length;
      const bytes = Buffer.from(`${method} ${path} ${rest}\r\n\r\n`);
      expect(readAnswer(await exchange(service.url, bytes))).toEqual(unknown);
      expect(service.events("request_refused").slice(refused)).toMatchObject([{ refusal, status: 404 }]);
    }
  },
);

it("a stranger who breaks off a request does not crash the service", async () => {
  const { hostname, port } = new URL(service.url);
  for (const line of ["CONNECT x:1", "GARBAGE", `POST ${RUN_PATH}`]) {
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    socket.write(`${line} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n`);
    socket.resetAndDestroy();
    await once(socket, "close");
    expect(await send(service.url, { method: "POST", path: NOWHERE, headers: [] })).toEqual(unknown);
  }
});

it("the log has no secrets, signatures or text of strangers", async () => {
  const stranger = handSigned(goodRequest({ service: "stranger-service", keyId: "stranger-key", secret: "x" }));
  await ask(service.url, {}, stranger);
  const used = handSigned(goodRequest({ timestamp: uniqueNow() }));
  await ask(service.url, {}, used);
  const log = service.log();
  expect(log).toMatch(/"refusal":"signature_mismatch"/);
  for (const text of [SECRET, OLD_SECRET, "stranger", "v1=", used[4]![1].slice(3), stranger[4]![1].slice(3)]) {
    expect(log).not.toContain(text);
  }
});
