import { readFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { RequestSlots } from "../../../src/adapters/chain/soroban-rpc/http/request-slots.js";
import { openSorobanRpc } from "../../../src/adapters/chain/soroban-rpc/open-soroban-rpc.js";
import { ConfigurationError, UnavailableError } from "../../../src/core/errors.js";
import type { OnChainClient } from "../../../src/ports/on-chain-client.js";
import { ManualClock } from "../../support/manual-clock.js";
import { failureOf, type RpcSetup, setUpRpc, streamKeyBase64, streamKeyBytes } from "../../support/rpc-client.js";
import { asksFor, calls, type RpcServerFault } from "../../support/rpc-faults.js";

const KEYS = [streamKeyBytes(1), streamKeyBytes(2)];
const HTML = "<html><body>504 Gateway Time-out</body></html>";
let rpc: RpcSetup;
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await rpc?.close();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Listens on a free port of the loopback address until the test ends. */
async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** A client of another URL than the test server's. */
function clientOf(url: string): { client: OnChainClient; clock: ManualClock } {
  const clock = new ManualClock();
  const client = openSorobanRpc(url, { clock, random: () => 1 });
  cleanups.push(() => client.close());
  return { client, clock };
}

const read = () => rpc.client.readEntries(KEYS);
const kinds = async () => (await read()).entries.map((entry) => entry?.kind);

describe("transient faults are survived", () => {
  it.each<[string, RpcServerFault]>([
    ["HTTP 503 with an empty body", { kind: "http", status: 503 }],
    ["HTTP 504 with an empty body", { kind: "http", status: 504 }],
    ["HTTP 502 with an HTML page", { kind: "http", status: 502, body: HTML }],
    ["HTTP 500", { kind: "http", status: 500 }],
    ["HTTP 408", { kind: "http", status: 408 }],
    ["HTTP 429", { kind: "http", status: 429 }],
    [
      "an HTML page with status 200",
      { kind: "http", status: 200, headers: { "content-type": "text/html" }, body: HTML },
    ],
    ["an empty body with status 200", { kind: "http", status: 200 }],
    ["a JSON text that is no object", { kind: "http", status: 200, body: "[]" }],
    ["a body that ends half way", { kind: "cut-body" }],
    ["a connection that breaks in the body", { kind: "broken-body" }],
    ["a connection reset", { kind: "reset" }],
    [
      "a captive core that does not answer",
      { kind: "rpc-error", code: -32603, message: "could not query captive core: EOF" },
    ],
    ["a request that took too long", { kind: "rpc-error", code: -32001, message: "request exceeded processing limit" }],
    ["a full queue", { kind: "rpc-error", code: -32098, message: "queue full" }],
    ["an answer to another request", { kind: "answer", edit: (answer) => ({ ...answer, id: 999 }) }],
    ["an answer without id", { kind: "answer", edit: ({ id: _, ...answer }) => answer }],
    ["an answer with neither result nor error", { kind: "answer", edit: ({ id }) => ({ id }) }],
    [
      "an error whose code is text",
      { kind: "answer", edit: ({ id }) => ({ id, error: { code: "-32601", message: "no such method" } }) },
    ],
    [
      "an error whose message is no text",
      { kind: "answer", edit: ({ id }) => ({ id, error: { code: -32601, message: ["no such method"] } }) },
    ],
    ["an error that is no JSON-RPC error", { kind: "answer", edit: ({ id }) => ({ id, error: "oops" }) }],
    ["a result that is no object", { kind: "result", edit: () => "oops" }],
    ["no latestLedger", { kind: "result", edit: ({ entries }) => ({ entries }) }],
    ["latestLedger 0", { kind: "result", edit: (result) => ({ ...result, latestLedger: 0 }) }],
    ["a latestLedger that is no integer", { kind: "result", edit: (result) => ({ ...result, latestLedger: "1e3" }) }],
    ["a latestLedger beyond 32 bits", { kind: "result", edit: (result) => ({ ...result, latestLedger: 2 ** 32 }) }],
    ["no entries", { kind: "result", edit: ({ latestLedger }) => ({ latestLedger }) }],
    ["entries that are null", { kind: "result", edit: (result) => ({ ...result, entries: null }) }],
  ])("%s", async (_, fault) => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault, times: 4 });
    expect(await kinds()).toEqual(["entry", "entry"]);
    expect(rpc.server.requests).toHaveLength(5);
    expect(rpc.clock.sleeps).toEqual([250, 500, 1000, 2000]);
  });

  it("a request without an answer, and one whose body stalls, end at the time limit", async () => {
    rpc = await setUpRpc([1, 2], {}, { requestTimeoutMs: 40 });
    rpc.server.fault({ fault: { kind: "hang" } });
    rpc.server.fault({ fault: { kind: "hang", inBody: true } });
    expect(await kinds()).toEqual(["entry", "entry"]);
    expect(rpc.clock.sleeps).toHaveLength(2);
  });

  it("faults of different kinds in a row", async () => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "reset" } });
    rpc.server.fault({ fault: { kind: "cut-body" } });
    rpc.server.fault({ fault: { kind: "http", status: 503 } });
    expect(await kinds()).toEqual(["entry", "entry"]);
  });
});

describe("waits", () => {
  it("are jittered over their whole length and end at 10 s", async () => {
    rpc = await setUpRpc([1], {}, { maxAttempts: 9, random: () => 0.5 });
    rpc.server.fault({ fault: { kind: "reset" }, times: 8 });
    await read();
    expect(rpc.clock.sleeps).toEqual([125, 250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  it("obey Retry-After in seconds and as a date", async () => {
    rpc = await setUpRpc([1], {}, { random: () => 0 });
    const date = new Date(rpc.clock.now() + 7_000 + 9_000).toUTCString();
    rpc.server.fault({ fault: { kind: "http", status: 429, headers: { "retry-after": "7" } } });
    rpc.server.fault({ fault: { kind: "http", status: 503, headers: { "retry-after": date } } });
    await read();
    expect(rpc.clock.sleeps).toEqual([7_000, 9_000]);
  });

  it("are given up when the server asks for more than a minute", async () => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "http", status: 429, headers: { "retry-after": "3600" } } });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_rate_limited");
    expect(error.message).toMatch(/asks to wait 3600 s \(limit: 60 s\) \(1 attempt in 0\.0 s\)$/);
    expect(rpc.clock.sleeps).toEqual([]);
  });
});

describe("faults that do not pass end as UnavailableError", () => {
  it.each<[string, string, RegExp, RpcServerFault]>([
    ["HTTP 503", "rpc_http_error", /it answered HTTP 503 \(/, { kind: "http", status: 503 }],
    [
      "HTTP 429",
      "rpc_rate_limited",
      /HTTP 429: slow \[2Jdown \(/,
      { kind: "http", status: 429, body: "slow\n\x1b[2Jdown" },
    ],
    ["HTML", "rpc_bad_answer", /not JSON: <html><body>504 Gateway/, { kind: "http", status: 200, body: HTML }],
    ["an empty answer", "rpc_bad_answer", /its answer is empty/, { kind: "http", status: 200 }],
    ["a reset", "rpc_unreachable", /the connection failed \((UND_ERR_SOCKET|ECONNRESET)\)/, { kind: "reset" }],
    ["-32603", "rpc_error", /JSON-RPC error -32603: EOF/, { kind: "rpc-error", code: -32603, message: "EOF" }],
  ])("%s, with host, attempts, time and cause", async (_, code, message, fault) => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault, times: Number.POSITIVE_INFINITY });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Soroban RPC http:\/\/127\.0\.0\.1:\d+: .*\(5 attempts in 3\.8 s\)$/);
    expect(error.hints.length).toBeGreaterThan(0);
    expect(rpc.server.requests).toHaveLength(5);
  });

  it("a hang", async () => {
    rpc = await setUpRpc([1], {}, { requestTimeoutMs: 20, maxAttempts: 2 });
    rpc.server.fault({ fault: { kind: "hang" }, times: 2 });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_timeout");
    expect(error.message).toContain("no complete answer within 0.02 s (2 attempts");
  });

  it("a batch that keeps failing, while the batches beside it are read", async () => {
    rpc = await setUpRpc();
    const fault: RpcServerFault = { kind: "http", status: 503 };
    rpc.server.fault({ fault, times: 5, when: asksFor(streamKeyBase64(2)) });
    const reads = [1, 2, 3].map((id) => rpc.client.readEntries([streamKeyBytes(id)]));
    const settled = await Promise.allSettled(reads);
    expect(settled.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  it("tells the other faults that came before the last", async () => {
    rpc = await setUpRpc([1], {}, { maxAttempts: 3 });
    rpc.server.fault({ fault: { kind: "http", status: 504 }, times: 2 });
    rpc.server.fault({ fault: { kind: "rpc-error", code: -32602, message: "no" } });
    expect((await failureOf(read())).details).toEqual(["an earlier attempt failed differently: it answered HTTP 504"]);
  });

  it("a port that nobody listens on", async () => {
    rpc = await setUpRpc();
    await rpc.server.close();
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_unreachable");
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.message).toContain("5 attempts");
  });

  it("a host that does not exist, after fewer attempts", async () => {
    const { client } = clientOf("http://no-such-host.invalid/");
    const error = await failureOf(client.describe());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_unreachable");
    expect(error.message).toMatch(/^Soroban RPC http:\/\/no-such-host\.invalid: .*E(NOTFOUND|AI_AGAIN)/);
  });

  it("something that is not HTTP", async () => {
    const server = createServer((socket) => socket.resume().end("SSH-2.0-OpenSSH_9.6\r\n"));
    const { client } = clientOf(`http://127.0.0.1:${await listen(server)}`);
    expect((await failureOf(client.describe())).message).toContain("its answer is not HTTP (5 attempts");
  });

  it("an answer that is larger than the limit, at once", async () => {
    rpc = await setUpRpc([1], {}, { maxAnswerBytes: 1000 });
    rpc.server.fault({ fault: { kind: "http", status: 200, body: "x".repeat(5000) } });
    const error = await failureOf(read());
    expect(error.message).toMatch(/the answer is larger than 1000 bytes \(1 attempt/);
  });
});

describe("TLS", () => {
  it("is not spoken by a plain HTTP port", async () => {
    rpc = await setUpRpc();
    const { client, clock } = clientOf(rpc.server.url.replace("http:", "https:"));
    const error = await failureOf(client.describe());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain("the port does not speak TLS");
    expect(error.hints[0]).toContain("http://");
    expect(clock.sleeps).toEqual([]);
  });

  it("with a certificate that nobody vouches for is refused, at once", async () => {
    const folder = new URL("../../support/tls/", import.meta.url);
    const pem = (name: string) => readFileSync(new URL(name, folder), "utf8");
    const server = createHttpsServer({ cert: pem("server.pem"), key: pem("server-key.pem") });
    const { client, clock } = clientOf(`https://localhost:${await listen(server)}`);
    const error = await failureOf(client.describe());
    expect(error.message).toMatch(/its TLS certificate is not trusted \([A-Z_]+\)/);
    expect(error.hints[0]).toContain("NODE_EXTRA_CA_CERTS");
    expect(clock.sleeps).toEqual([]);
  });
});

describe("faults that another attempt cannot help are not retried", () => {
  it.each<[string, string, RegExp, RpcServerFault]>([
    ["HTTP 400", "rpc_http_error", /JSON-RPC requests through/, { kind: "http", status: 400 }],
    ["HTTP 404", "rpc_http_error", /Horizon is a different service/, { kind: "http", status: 404, body: "Not Found" }],
    ["HTTP 405", "rpc_http_error", /Horizon is a different service/, { kind: "http", status: 405 }],
    ["HTTP 413", "rpc_http_error", /512 KiB/, { kind: "http", status: 413 }],
    [
      "method not found",
      "rpc_not_soroban",
      /Horizon/,
      { kind: "rpc-error", code: -32601, message: "method not found" },
    ],
    ["invalid parameters", "rpc_error", /fewer keys/, { kind: "rpc-error", code: -32602, message: "key count" }],
    ["an invalid request", "rpc_error", /rejects/, { kind: "rpc-error", code: -32600, message: "invalid" }],
    [
      "a parse error",
      "rpc_error",
      /rejects/,
      {
        kind: "answer",
        edit: () => ({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "parse error" } }),
      },
    ],
  ])("%s", async (_, code, hint, fault) => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe(code);
    expect(error.hints.join("\n")).toMatch(hint);
    expect(error.message).toMatch(/\(1 attempt in 0\.0 s\)$/);
    expect(rpc.server.requests).toHaveLength(1);
  });

  it.each([
    ["https://key-1.example.org/secret/v2", "https://key-1.example.org"],
    ["/elsewhere", "another path of the same host"],
    ["http://[", "nowhere"],
  ])("a redirect to %s", async (location, shown) => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "http", status: 301, headers: { location } } });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain(`it answered HTTP 301, a redirect to ${shown} (1 attempt`);
    expect(error.hints[0]).toContain("not followed");
  });

  it.each([401, 403])("HTTP %i is a configuration error", async (status) => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "http", status } });
    const error = await failureOf(rpc.client.describe());
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.code).toBe("rpc_credentials_refused");
    expect(error.hints.join()).toContain("API key");
  });

  it("HTTP 403 from a node that answered before is not", async () => {
    rpc = await setUpRpc();
    await rpc.client.describe();
    rpc.server.fault({ fault: { kind: "http", status: 403, body: "quota exceeded" }, when: calls("getLedgerEntries") });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain("HTTP 403: quota exceeded, though it had answered before");
  });
});

describe("aborting", () => {
  const reason = new Error("interrupted");

  it("ends a request that hangs, at once and for good", async () => {
    rpc = await setUpRpc([1, 2], {}, { maxAttempts: 1 });
    const abort = new AbortController();
    rpc.server.fault({ fault: { kind: "hold", until: async () => abort.abort(reason) } });
    await expect(rpc.client.readEntries(KEYS, { signal: abort.signal })).rejects.toBe(reason);
    expect(rpc.server.requests).toHaveLength(1);
    expect(await kinds()).toEqual(["entry", "entry"]);
  });

  it("ends a wait, without another request", async () => {
    rpc = await setUpRpc();
    const abort = new AbortController();
    rpc.clock.onSleep = () => abort.abort(reason);
    rpc.server.fault({ fault: { kind: "reset" }, times: 5 });
    await expect(rpc.client.readEntries(KEYS, { signal: abort.signal })).rejects.toBe(reason);
    expect(rpc.server.requests).toHaveLength(1);
  });

  it("ends a read that still waits for its turn", async () => {
    rpc = await setUpRpc([1, 2], {}, { concurrency: 1 });
    const abort = new AbortController();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    rpc.server.fault({ fault: { kind: "hold", until: () => released } });
    const first = read();
    const second = rpc.client.readEntries(KEYS, { signal: abort.signal });
    const third = read();
    abort.abort(reason);
    await expect(second).rejects.toBe(reason);
    release();
    await Promise.all([first, third]);
    expect(rpc.server.requests).toHaveLength(2);
  });

  it("close() ends what is under way", async () => {
    rpc = await setUpRpc();
    rpc.server.fault({ fault: { kind: "hold", until: () => rpc.client.close() } });
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.code).toBe("rpc_closed");
    expect(rpc.server.requests).toHaveLength(1);
  });
});

describe("requests", () => {
  it("are JSON-RPC 2.0 with parameters by name, over kept connections", async () => {
    rpc = await setUpRpc();
    await rpc.client.describe();
    for (let i = 0; i < 10; i += 1) await read();
    expect(rpc.server.connections).toBeLessThanOrEqual(2);
    const { body, httpMethod, headers } = rpc.server.requests[2]!;
    expect(httpMethod).toBe("POST");
    expect(headers["content-type"]).toBe("application/json");
    expect(headers.authorization).toBeUndefined();
    expect(JSON.parse(body)).toEqual({
      jsonrpc: "2.0",
      id: 3,
      method: "getLedgerEntries",
      params: { keys: KEYS.map((key) => Buffer.from(key).toString("base64")), xdrFormat: "base64" },
    });
  });

  it("stay within the concurrency, and use it", async () => {
    rpc = await setUpRpc([1], {}, { concurrency: 3 });
    let release = () => {};
    const full = new Promise<void>((resolve) => {
      release = resolve;
    });
    const until = () => {
      if (rpc.server.inFlightPeak === 3) release();
      return full;
    };
    rpc.server.fault({ fault: { kind: "hold", until }, times: 12 });
    await Promise.all(Array.from({ length: 12 }, read));
    expect(rpc.server.inFlightPeak).toBe(3);
    expect(rpc.server.connections).toBeLessThanOrEqual(3);
  });
});

it("the question how far the node is goes before reads that wait, within the limit", async () => {
  rpc = await setUpRpc([1], {}, { concurrency: 1 });
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  rpc.server.fault({ fault: { kind: "hold", until: () => released }, when: asksFor("getLedgerEntries") });
  const reads = [read(), read(), read()];
  const head = rpc.client.latestLedger();
  release();
  expect(await head).toMatchObject({ ledger: 1000 });
  await Promise.all(reads);
  const methods = rpc.server.requests.map(({ method }) => method);
  expect(methods.slice(0, 2)).toEqual(["getLedgerEntries", "getHealth"]);
  expect(rpc.server.inFlightPeak).toBe(1);
});

describe("requests in flight, where their number is not set,", () => {
  /** How many a node that takes so long to answer gets; `trouble` strikes before it answers. */
  async function inFlight(latencyMs: number, trouble: RpcServerFault | null = null, concurrency: number | null = null) {
    rpc = await setUpRpc([1], {}, { concurrency });
    if (trouble !== null) rpc.server.fault({ fault: trouble });
    const slow: RpcServerFault = { kind: "hold", until: () => rpc.clock.sleep(latencyMs) };
    rpc.server.fault({ fault: slow, times: Number.POSITIVE_INFINITY });
    const { readsAtATime } = await rpc.client.describe();
    rpc.server.clearFaults();
    let release = () => {};
    const full = new Promise<void>((resolve) => {
      release = resolve;
    });
    const expected = readsAtATime - 2;
    const until = () => {
      if (rpc.server.inFlightPeak === expected) release();
      return full;
    };
    rpc.server.fault({ fault: { kind: "hold", until }, times: 40 });
    await Promise.all(Array.from({ length: 40 }, read));
    expect(rpc.server.inFlightPeak).toBe(expected);
    return expected;
  }

  it.each([
    [0, 8],
    [10, 8],
    [25, 19],
    [1000, 32],
  ])("grow with the node's distance: %d ms, %d requests", async (latencyMs, expected) => {
    expect(await inFlight(latencyMs)).toBe(expected);
  });

  it("stay few where the node is in trouble", async () => {
    expect(await inFlight(100, { kind: "http", status: 429 })).toBe(8);
  });

  it("do not grow where their number is set", async () => {
    expect(await inFlight(100, null, 3)).toBe(3);
  });
});

describe("slots", () => {
  it("are as many after a rush as before, failures included", async () => {
    const slots = new RequestSlots(2);
    const { signal } = new AbortController();
    let running = 0;
    let peak = 0;
    let begun = 0;
    const operation = async () => {
      begun += 1;
      const fails = begun % 3 === 0;
      running += 1;
      peak = Math.max(peak, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (fails) throw new Error("every third fails");
    };
    for (let wave = 0; wave < 3; wave += 1) {
      await Promise.allSettled(Array.from({ length: 7 }, () => slots.run(operation, signal)));
    }
    expect({ running, peak }).toEqual({ running: 0, peak: 2 });
  });
});
