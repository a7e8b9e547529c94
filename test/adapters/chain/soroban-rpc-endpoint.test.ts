import { quote } from "../../../src/adapters/chain/soroban-rpc/answers/answer-values.js";
import { decodeBase64, encodeBase64 } from "../../../src/adapters/chain/soroban-rpc/answers/strict-base64.js";
import { excerpt, parseRpcEndpoint } from "../../../src/adapters/chain/soroban-rpc/http/endpoint.js";
import { retryAfterMs } from "../../../src/adapters/chain/soroban-rpc/http/http-fault.js";
import { networkFault } from "../../../src/adapters/chain/soroban-rpc/http/network-fault.js";
import { openSorobanRpc } from "../../../src/adapters/chain/soroban-rpc/open-soroban-rpc.js";
import { ConfigurationError } from "../../../src/core/errors.js";
import { ManualClock } from "../../support/manual-clock.js";
import { failureOf, setUpRpc } from "../../support/rpc-client.js";
import type { RpcServerFault } from "../../support/rpc-faults.js";

const SECRET_PARTS = ["k3y-in-the-path", "t0ken", "us3r", "p@ss/word", "p%40ss%2Fword"];
const withSecrets = (url: string) =>
  `${url.replace("://", "://us3r:p%40ss%2Fword@")}v1/k3y-in-the-path/rpc?token=t0ken`;

describe("the URL", () => {
  it("sends path, query and credentials", async () => {
    const { server, clock, close } = await setUpRpc();
    const client = openSorobanRpc(withSecrets(server.url), { clock, random: () => 1 });
    await client.describe();
    const request = server.requests[0]!;
    expect(request.path).toBe("/v1/k3y-in-the-path/rpc?token=t0ken");
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from("us3r:p@ss/word").toString("base64")}`);
    await client.close();
    await close();
  });

  it.each<[string, (url: string) => RpcServerFault]>([
    ["a refusal", () => ({ kind: "http", status: 401 })],
    ["a redirect", (url) => ({ kind: "http", status: 302, headers: { location: url } })],
    ["a reset", () => ({ kind: "reset" })],
    ["a node that hangs", () => ({ kind: "hang" })],
  ])("is never shown beyond its host: %s", async (_, faultOf) => {
    const { server, clock, close } = await setUpRpc();
    const url = withSecrets(server.url);
    server.fault({ fault: faultOf(url) });
    const options = { clock, random: () => 1, maxAttempts: 1, requestTimeoutMs: 40 };
    const client = openSorobanRpc(url, options);
    const error = await failureOf(client.describe());
    const shown = [error.message, ...error.details, ...error.hints, String(error.cause), JSON.stringify(error)].join(
      "\n",
    );
    for (const secret of SECRET_PARTS) expect(shown).not.toContain(secret);
    expect(error.message).toContain(new URL(server.url).origin);
    await client.close();
    await close();
  });

  it.each([
    ["no URL", "s3cret", /is not a valid URL/],
    ["a port that is none", "http://host:s3cret/", /is not a valid URL/],
    ["another scheme", "ftp://host/s3cret", /starts with https:\/\/ or http:\/\/, not ftp:/],
    ["a stray % in the password", "http://u:s3cret%@host/", /not percent-encoded/],
  ])("that is %s is a configuration error, and is not repeated", (_, url, message) => {
    const clock = new ManualClock();
    const open = () => openSorobanRpc(url, { clock, random: () => 1 });
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow(message);
    expect(open).not.toThrow(/s3cret/);
  });

  it("keeps its default port and an IPv6 host", () => {
    expect(parseRpcEndpoint("https://rpc.example.org:443")).toMatchObject({
      origin: "https://rpc.example.org",
      path: "/",
      authorization: null,
    });
    expect(parseRpcEndpoint("http://[::1]:8000/soroban/rpc").origin).toBe("http://[::1]:8000");
  });

  it("may have a user without password", () => {
    expect(parseRpcEndpoint("http://key@host").authorization).toBe(`Basic ${Buffer.from("key:").toString("base64")}`);
  });
});

describe("foreign text in a message", () => {
  it("is one printable line of bounded length", () => {
    expect(excerpt(" a\r\n\tb\u0000\u009b2J\u202e c ")).toBe("a b 2J c");
    expect(excerpt("x".repeat(500))).toBe(`${"x".repeat(200)}…`);
  });

  it("is quoted in ASCII", () => {
    expect(quote("a\u009bb\n")).toBe('"a?b\\n"');
    expect(quote(undefined)).toBe("nothing");
    expect(quote("x".repeat(500))).toHaveLength(81);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    ["5", 5_000],
    [" 0 ", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", null],
    ["-5", null],
    ["1.5", null],
    ["", null],
    [undefined, null],
    [["3", "9"], 3_000],
  ])("%j means %j ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe("base64", () => {
  it.each(["", "AA==", "AAA=", "AAAA", "+/+/", "AAECAwQFBgc="])("%j is read", (text) => {
    expect(encodeBase64(decodeBase64(text)!)).toBe(text);
  });

  it.each([
    "A",
    "AAA",
    "AA=",
    "====",
    "A===",
    "AA=A",
    "AAAA====",
    "AA A",
    "AAA\n",
    "AA-A",
    "AA_A",
    "*AAA",
    "QUJ\u0141",
    "QUJ\u00e9",
  ])("%j is refused", (text) => expect(decodeBase64(text)).toBeNull());

  it("is written of a view as of a whole", () => {
    expect(encodeBase64(Uint8Array.from([9, 1, 2, 3, 9]).subarray(1, 4))).toBe("AQID");
  });
});

describe("what undici throws", () => {
  it.each([
    ["a value that is no error", "oops"],
    ["nothing", null],
    ["an error of this program", new TypeError("x is not a function")],
    ["a wrong argument", Object.assign(new Error("bad"), { code: "UND_ERR_INVALID_ARG" })],
  ])("and is %s is handed on as it is", (_, error) => {
    expect(networkFault(error, 1)).toBe(error);
  });

  it("and has its code in the cause is still the network's", () => {
    const error = new Error("fetch failed", { cause: Object.assign(new Error(), { code: "ETIMEDOUT" }) });
    expect(networkFault(error, 1)).toMatchObject({
      code: "rpc_unreachable",
      message: "the connection failed (ETIMEDOUT)",
    });
  });

  it("and names an unknown host is tried three times", () => {
    const error = Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
    expect(networkFault(error, 1)).toMatchObject({ options: { transient: true, attemptsAtMost: 3 } });
  });
});
