import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { systemClock } from "../../src/cli/process/process-io.js";
import type { Report } from "../../src/core/report/report.js";
import { startBinary } from "../support/cli-binary.js";
import { cli, startCli } from "../support/cli-io.js";
import { type CliWorld, createWorld, reportOf } from "../support/cli-world.js";
import { MALFORMED_REPORTS } from "../support/malformed-reports.js";
import { AUTH, type RunningService, SECRET, startService } from "../support/service.js";

let world: CliWorld;
let config: string;

beforeAll(async () => {
  world = await createWorld((rows) => {
    rows[1]!.released_amount = "'7'";
  });
  const auth = { ...AUTH, keys: { ...AUTH.keys, wrong: "not the secret" }, service: "scheduler", keyId: "key-1" };
  config = await world.write("client.json", { auth, database: { url: "postgres://u:\u0024{NOT_HERE}@db/x" } });
});
afterAll(() => world.close());

const trigger = (url: string, ...more: string[]) =>
  cli(["trigger", "--url", url, "--config", config, ...more], { clock: systemClock });

describe("trigger, against this service", () => {
  let service: RunningService;
  beforeAll(async () => {
    expect((await cli(["migrate", "--db", world.sqlite.url])).code).toBe(0);
    const server = await world.write("server.json", { auth: AUTH, policy: { confirm: 0 } });
    service = await startService(["--config", server, ...world.overSnapshot]);
  });
  afterAll(() => service?.stop());

  it("prints the report, and exits as the run would have", async () => {
    const { code, stdout, stderr } = await trigger(service.url, "--dry-run");
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toMatch(/stream_2 +released_amount[\s\S]*DRIFT \(exit code 3\)/);
  });

  it("asks for one stream, and for a record", async () => {
    const one = await trigger(service.url, "--stream", "stream_1", "--format", "json");
    expect(one.code).toBe(0);
    expect(reportOf(one)).toMatchObject({ scope: ["stream_1"], dryRun: false, exitCode: 0 });
    expect(world.sqlite.rows("SELECT status, requested_by FROM reconciliation_runs")).toEqual([
      ["IN_SYNC", "scheduler"],
    ]);
  });

  it.each(["json", "ndjson"])("prints as %s what the run itself would have printed", async (format) => {
    const { stdout } = await trigger(service.url, "--dry-run", "--format", format);
    const own = await cli([...world.overSnapshot, "--dry-run", "--confirm", "0", "--format", format]);
    // Findings come in the order in which they are found, where the run prints them itself.
    const withoutRun = (text: string) =>
      text
        .replace(/"(runId|startedAt|finishedAt)": ?"[^"]*"|"ageSeconds": ?\d+/g, "")
        .split("\n")
        .sort();
    expect(withoutRun(stdout)).toEqual(withoutRun(own.stdout));
  });

  it("writes the report into a file", async () => {
    const output = join(world.folder, "report.json");
    const { code, stdout } = await trigger(service.url, "--dry-run", "--format", "json", "--output", output);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(JSON.parse(await readFile(output, "utf8"))).toMatchObject({ exitCode: 3 });
  });

  it.each([
    ["another secret", ["--key-id", "wrong"]],
    ["a service that is not allowed", ["--service", "billing"]],
  ])("exits with 5 and says what to check when it is refused for %s", async (_name, more) => {
    const { code, stdout, stderr } = await trigger(service.url, "--dry-run", ...more);
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(/answered 404[\s\S]*secret[\s\S]*allowedServices[\s\S]*clock/);
    expect(stderr).not.toContain(SECRET);
  });

  it("takes the route itself for a URL, too", async () => {
    const { code } = await trigger(`${service.url}/api/internal/reconciliation`, "--dry-run");
    expect(code).toBe(3);
  });

  it("works from a process of its own, with the environment alone and a file of keys", async () => {
    const keys = await world.write("keys.yaml", 'auth: { keys: { key-1: "\u0024{TRIGGER_SECRET}" } }');
    const env = {
      RECONCILE_URL: service.url,
      RECONCILE_CONFIG: keys,
      RECONCILE_SERVICE: "ops",
      RECONCILE_KEY_ID: "key-1",
      TRIGGER_SECRET: SECRET,
    };
    const { code, stderr } = await startBinary(["trigger", "--dry-run", "--stream", "stream_1"], { env }).done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});

/** Another implementation of the service, which checks the signature by the scheme's text and gives prepared answers. */
describe("trigger, against another service", () => {
  let server: Server;
  let url: string;
  let seen: { path: string; body: string; isSigned: boolean }[];
  let answer: (request: IncomingMessage) => { status: number; body: string } | null;
  let inSync: Report;

  beforeAll(async () => {
    inSync = reportOf(await cli(["--dry-run", "--format", "json", ...world.overSnapshot, "--fail-on", "violation"]));
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      const header = (name: string) => String(request.headers[`x-streampay-${name}`]);
      const hash = createHash("sha256").update(body).digest("hex");
      const lines = ["streampay-hmac-v1", "POST", request.url, header("service-name"), header("key-id")];
      const text = [...lines, header("timestamp"), hash].join("\n");
      const isSigned = header("signature") === `v1=${createHmac("sha256", SECRET).update(text).digest("hex")}`;
      seen.push({ path: request.url ?? "", body, isSigned });
      const said = answer(request);
      if (said === null) return void request.socket.destroy();
      response.writeHead(said.status, { "content-type": "application/json" }).end(said.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const answering = (status: number, body: unknown) => {
    answer = () => ({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
  };
  /** A report in order, with changes. */
  const report = (changes: object = {}) => ({
    data: { ...inSync, status: "IN_SYNC", exitCode: 0, ...clean, ...changes },
  });
  const clean = {
    summary: {
      streamsChecked: 3,
      inSync: 3,
      drifted: 0,
      lagging: 0,
      missingOnChain: 0,
      missingInDb: 0,
      violations: 0,
      unchecked: 0,
    },
    discrepancies: [],
    notices: [],
  };

  it.each([
    ["", "/api/internal/reconciliation"],
    ["/", "/api/internal/reconciliation"],
    ["/backend/", "/backend/api/internal/reconciliation"],
    ["/api/internal/reconciliation/", "/api/internal/reconciliation"],
    ["/b?tenant=b&a=%20", "/b/api/internal/reconciliation?tenant=b&a=%20"],
  ])("signs what it sends to %j", async (base, path) => {
    answering(200, report());
    const { code, stderr } = await trigger(url + base, "--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(seen).toEqual([{ path, body: '{"dryRun":true}', isSigned: true }]);
  });

  it("takes a report with keys that it does not know, and one without those that are newer than the design", async () => {
    answering(200, { ...report({ somethingNew: { a: 1 } }), meta: 1 });
    const result = await trigger(url, "--dry-run", "--format", "json");
    expect(result.code).toBe(0);
    expect(reportOf(result)).toMatchObject({ somethingNew: { a: 1 }, summary: { ignored: 0 } });
  });

  it("keeps control characters of the other machine from the terminal", async () => {
    const errors = [{ streamId: "\u001b]0;x\u0007", code: "row_unreadable", message: "\u001b[2J" }];
    answering(200, report({ status: "INCOMPLETE", exitCode: 5, errors }));
    const { code, stdout } = await trigger(url, "--dry-run");
    expect(code).toBe(5);
    expect(stdout).not.toMatch(/\p{Cc}(?<!\n)/u);
  });

  it.each([
    [200, "<html>", /unusable report/],
    [200, {}, /unusable report/],
    [200, { data: null }, /unusable report/],
    [200, { data: { exitCode: 0 } }, /schemaVersion/],
    [200, "changed:exitCode:1", /exitCode/],
    [200, "changed:exitCode:2", /exitCode/],
    [200, 'changed:exitCode:"0"', /exitCode/],
    [200, 'changed:status:"DRIFT"', /exitCode: 0, but the status is DRIFT/],
    [200, 'changed:errors:[{"streamId":null,"code":"chain_lost","message":"x"}]', /IN_SYNC, but there are findings/],
    [200, 'changed:scope:["stream_1"]', /requested "all streams", received "stream_1"/],
    [200, "changed:dryRun:false", /dryRun: requested true, received false/],
    [404, { error: { code: "not_found" } }, /404/],
    [409, { error: { code: "run_in_progress", runId: "run-7\u001b" } }, /busy with another run[\s\S]*run-7\\u001b/],
    [409, "nonsense", /busy with another run/],
    [
      500,
      { error: { code: "run_table_missing", message: "no \u001b[31mtable" } },
      /answered 500[\s\S]*run_table_missing/,
    ],
    [502, "<html>bad gateway</html>", /answered 502 without a report/],
    [301, "", /answered 301/],
    [504, { error: { code: "run_timed_out" } }, /answered 504[\s\S]*reconcile-streams explain run_timed_out/],
  ])("exits with 5 for %i %j", async (status, body, message) => {
    const [, key, value] = /^changed:(\w+):(.*)$/.exec(String(body)) ?? [];
    answering(status, key === undefined ? body : report({ [key]: JSON.parse(value!) }));
    const { code, stdout, stderr } = await trigger(url, "--dry-run");
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("\u001b");
  });

  it.each([
    [200, "data", /unusable report/],
    [200, "somethingNew", /unusable report/],
    [409, "error", /busy with another run/],
    [500, "error", /answered 500 without a report/],
  ])("exits with 5 for %i whose %s is nested beyond all reason", async (status, key, message) => {
    const deep = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
    const inside = key === "somethingNew" ? report({ [key]: "@" }) : { [key]: key === "data" ? "@" : { runId: "@" } };
    answering(status, JSON.stringify(inside).replace('"@"', deep));
    const { code, stdout, stderr } = await trigger(url, "--dry-run", "--format", "json");
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it.each(MALFORMED_REPORTS)("exits with 5 for a report with %s", async (_what, changes, fault) => {
    answering(200, report(changes));
    const { code, stdout, stderr } = await trigger(url, "--dry-run");
    expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
    expect(stderr).toMatch(fault);
  });

  it("prints a report of a run that was ended early, and is never green for it", async () => {
    const errors = [{ streamId: null, code: "timed_out", message: "stopped" }];
    const notices = [{ streamId: null, code: "policy_fail_on", message: "incomplete" }];
    answering(504, {
      error: { code: "run_timed_out" },
      ...report({ status: "INCOMPLETE", exitCode: 0, errors, notices }),
    });
    const { code, stdout } = await trigger(url, "--dry-run");
    expect(code).toBe(5);
    expect(stdout).toContain("timed_out");
    answering(503, { error: { code: "service_stopping" }, ...report({ status: "VIOLATION", exitCode: 4, errors }) });
    expect((await trigger(url, "--dry-run")).code).toBe(4);
  });

  it("exits with 5 when the connection breaks, and asks only once", async () => {
    answer = () => null;
    const { code, stderr } = await trigger(url, "--dry-run");
    expect(code).toBe(5);
    expect(stderr).toMatch(/did not answer[\s\S]*a run may still be under way/);
    expect(seen).toHaveLength(1);
  });

  it("exits with 5 when nobody listens", async () => {
    const { code, stderr } = await trigger("http://127.0.0.1:1", "--dry-run");
    expect(code).toBe(5);
    expect(stderr).toMatch(/ECONNREFUSED[\s\S]*--url/);
  });

  it("exits with 5 when the answer takes longer than --timeout, or is larger than any report", async () => {
    answer = () => ({ status: 200, body: "x".repeat(65 * 1024 * 1024) });
    expect((await trigger(url, "--dry-run")).stderr).toMatch(/larger than 64 MiB/);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = silent.address() as AddressInfo;
      const { code, stderr } = await trigger(`http://127.0.0.1:${port}`, "--timeout", "0.2");
      expect(code).toBe(5);
      expect(stderr).toMatch(/within 0\.2 s[\s\S]*may still be running it/);
    } finally {
      silent.closeAllConnections();
      await new Promise((resolve) => silent.close(resolve));
    }
  });

  it("stops waiting on a signal, and says that the run may go on", async () => {
    let running: ReturnType<typeof startCli> | undefined;
    answer = () => {
      running!.signal("SIGTERM");
      return { status: 200, body: "" };
    };
    running = startCli(["trigger", "--url", url, "--config", config], { clock: systemClock });
    const { code, stdout, stderr } = await running.done;
    expect({ code, stdout }).toEqual({ code: 143, stdout: "" });
    expect(stderr).toMatch(/interrupted by SIGTERM[\s\S]*may still be running/);
  });
});

describe("trigger is refused", () => {
  it.each([
    [[], /--url: missing/],
    [["--url", "ftp://x"], /--url: expected http/],
    [["--url", "nonsense"], /--url: expected http/],
    [["--url", "http://user:pass-word@x"], /--url: remove the user and password/],
    [["--url", "http://x", "--format", "pdf"], /--format/],
    [["--url", "http://x", "--stream", "a", "b"], /too many arguments|takes one stream/],
  ])("with %j", async (args, message) => {
    const { code, stdout, stderr } = await cli(["trigger", "--config", config, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("pass-word");
  });

  it("without anybody who asks, or without that one's secret", async () => {
    const nobody = await cli(["trigger", "--url", "http://127.0.0.1:1"]);
    expect(nobody.code).toBe(2);
    expect(nobody.stderr).toMatch(/No identity is configured[\s\S]*--service and --key-id/);
    const unknown = await cli(["trigger", "--url", "http://127.0.0.1:1", "--config", config, "--key-id", "key-9"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/auth\.keyId: no secret is configured/);
  });
});
