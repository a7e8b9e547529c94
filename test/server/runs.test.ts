import { connect } from "node:net";
import type { Report } from "../../src/core/report/report.js";
import { cli } from "../support/cli-io.js";
import { schemaFaults } from "../support/cli-schema.js";
import { type CliWorld, closeNow, createWorld } from "../support/cli-world.js";
import { type HandRequest, handSigned } from "../support/hand-signer.js";
import { bytesOf, send } from "../support/raw-http.js";
import { calls } from "../support/rpc-faults.js";
import { AUTH, ask, goodRequest, type RunningService, startService } from "../support/service.js";

let world: CliWorld;
let service: RunningService;

beforeEach(async () => {
  world = await createWorld((rows) => {
    rows[1]!.released_amount = "'7'";
  });
  closeNow(world);
  expect((await cli(["migrate", "--db", world.sqlite.url])).code).toBe(0);
});
afterEach(async () => {
  world.server.clearFaults();
  await service?.stop();
  await world.close();
});

async function start(...args: string[]): Promise<void> {
  const config = await world.write("config.json", { auth: AUTH, policy: { confirm: 0 } });
  service = await startService(["--config", config, ...world.overRpc, ...args]);
}

async function post(body: string): Promise<{ status: number; data: Report; error: Record<string, unknown> }> {
  const answer = await ask(service.url, { body });
  return { status: answer.status, ...JSON.parse(answer.body) };
}

async function diff(streamId: string, changes: Partial<HandRequest> = {}) {
  const path = `/api/internal/reconciliation/diff/${streamId}`;
  const answer = await ask(service.url, { method: "GET", path, body: "", ...changes });
  return { status: answer.status, ...JSON.parse(answer.body) };
}

/** Delays the RPC's answers to a method; `reached` resolves at the first. */
function hold(method: string, times = Number.POSITIVE_INFINITY) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    const until = () => {
      resolve();
      return released;
    };
    world.server.fault({ fault: { kind: "hold", until }, when: calls(method), times });
  });
  return { reached, release };
}

const metrics = async () => (await send(service.url, { method: "GET", path: "/metrics", headers: [] })).body;

const records = () => world.sqlite.rows("SELECT status, exit_code, scope, requested_by FROM reconciliation_runs");

describe("POST /api/internal/reconciliation", () => {
  it("answers with the report, whatever it found, and writes its record", async () => {
    await start();
    const { status, data } = await post("{}");
    expect(status).toBe(200);
    expect(schemaFaults(data)).toEqual([]);
    expect(data).toMatchObject({ status: "DRIFT", exitCode: 3, dryRun: false, scope: "all-streams" });
    expect(data.discrepancies).toMatchObject([{ streamId: "stream_2", field: "released_amount", dbValue: "7" }]);
    expect(records()).toEqual([["DRIFT", 3, "all-streams", "scheduler"]]);
    const [[kept]] = world.sqlite.rows("SELECT report FROM reconciliation_runs") as [[string]];
    expect(JSON.parse(kept)).toEqual(data);
  });

  it.each(["", "  {} ", '{"dryRun":false}'])("takes %j for all streams, with a record", async (body) => {
    await start();
    expect((await post(body)).data).toMatchObject({ dryRun: false, scope: "all-streams" });
  });

  it("writes nothing on a dry run, and looks at one stream on request", async () => {
    await start();
    const { data } = await post('{"dryRun":true,"streamId":"stream_1"}');
    expect(data).toMatchObject({ status: "IN_SYNC", exitCode: 0, dryRun: true, scope: ["stream_1"] });
    expect(records()).toEqual([]);
  });

  it.each([
    ["{", /not JSON in UTF-8/],
    ["[]", /not a JSON object/],
    ["null", /not a JSON object/],
    ['"x"', /not a JSON object/],
    ['{"dryRun":"false"}', /dryRun must be true or false/],
    ['{"dryRun":null}', /dryRun must be/],
    ['{"dryrun":true}', /unknown keys: "dryrun". Known: dryRun, streamId/],
    ['{"dryRun":true,"__proto__":{}}', /unknown keys: "__proto__"/],
    ['{"streamId":7}', /streamId must be a string/],
    ['{"streamId":""}', /streamId must be a string/],
    [`{"streamId":"${"x".repeat(513)}"}`, /of 1 to 512 characters/],
  ])("refuses %s, signed properly, with 400", async (body, message) => {
    await start();
    const { status, error } = await post(body);
    expect(status).toBe(400);
    expect(error).toEqual({ code: "request_invalid", message: expect.stringMatching(message) });
    expect(records()).toEqual([]);
  });

  it("rejects options in the query", async () => {
    await start();
    const answer = await ask(service.url, { path: "/api/internal/reconciliation?dryRun=true", body: "{}" });
    expect([answer.status, answer.body]).toEqual([400, expect.stringMatching(/dryRun must be in the body/)]);
    expect(records()).toEqual([]);
  });

  it.each(["text/plain", "application/json", "no type at all"])("takes a body of type %j for JSON", async (type) => {
    await start();
    const request = goodRequest();
    const { method, path, body } = request;
    const headers = [["content-type", type] as const, ...handSigned(request)];
    const answer = await send(service.url, { method, path, body, headers });
    expect(answer.status).toBe(type === "no type at all" ? 415 : 200);
  });

  it("answers a second run 409 with the first one's id, and a third once that has ended", async () => {
    await start();
    const { reached, release } = hold("getLedgerEntries", 1);
    const first = post("{}");
    await reached;
    const second = await post('{"dryRun":true}');
    expect(second.status).toBe(409);
    expect(second.error).toEqual({
      code: "run_in_progress",
      message: expect.stringContaining("under way"),
      runId: "00000000-0000-4000-8000-000000000001",
    });
    release();
    expect((await first).data.runId).toBe(second.error.runId);
    expect((await post('{"dryRun":true}')).status).toBe(200);
    expect(records()).toHaveLength(1);
  });

  it("accepts one of many concurrent calls, and answers every other", async () => {
    await start();
    const { reached, release } = hold("getLedgerEntries", 1);
    const first = post("{}");
    await reached;
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await post("{}")).status));
    expect(new Set(statuses)).toEqual(new Set([409]));
    release();
    expect((await first).status).toBe(200);
    expect(records()).toHaveLength(1);
  });

  it("ends a run that takes too long, says so, and accepts the next one", async () => {
    await start("--run-timeout", "1");
    const { reached } = hold("getLedgerEntries", 1);
    const hanging = post("{}");
    await reached;
    const { status, error, data } = await hanging;
    expect(status).toBe(504);
    expect(error).toMatchObject({ code: "run_timed_out", runId: data.runId });
    expect(data).toMatchObject({ status: "INCOMPLETE", exitCode: 5 });
    expect(data.errors).toMatchObject([{ code: "timed_out" }]);
    expect(records()).toEqual([["INCOMPLETE", 5, "all-streams", "scheduler"]]);
    expect((await post("{}")).status).toBe(200);
  });

  it("continues a run after its caller disconnects, and writes its record", async () => {
    await start();
    const { reached, release } = hold("getLedgerEntries", 1);
    const socket = connect(Number(new URL(service.url).port), "127.0.0.1");
    const request = goodRequest({ body: "{}" });
    socket.write(bytesOf({ ...request, headers: handSigned(request) }));
    await reached;
    socket.destroy();
    release();
    while ((await post('{"dryRun":true}')).status === 409);
    expect(records()).toEqual([["DRIFT", 3, "all-streams", "scheduler"]]);
  });

  it("reports a node that fails, and says 503 or 500 only when there is no report", async () => {
    await start();
    const fault = { kind: "rpc-error", code: -32601, message: "no such method" } as const;
    world.server.fault({ fault, times: Number.POSITIVE_INFINITY });
    expect(await post('{"dryRun":true}')).toMatchObject({ status: 200, data: { status: "INCOMPLETE", exitCode: 5 } });
    world.server.clearFaults();
    world.sqlite.run("DROP TABLE reconciliation_runs");
    const { status, error } = await post("{}");
    expect(status).toBe(500);
    expect(error).toMatchObject({ code: "run_table_missing", message: expect.stringContaining("migrate") });
    expect(service.events("run_failed")).toMatchObject([{ code: "run_table_missing", runId: error.runId }]);
  });
});

describe("GET /api/internal/reconciliation/diff/:streamId", () => {
  beforeEach(() => start());

  it("shows both sides of a stream, field by field, and what differs", async () => {
    const { status, data } = await diff("stream_2");
    expect(status).toBe(200);
    expect(data).toMatchObject({
      streamId: "stream_2",
      onChainId: "2",
      status: "DRIFT",
      exitCode: 3,
      ledger: { dbSynced: 990, chainModified: 500, observed: 1000 },
      discrepancies: [{ streamId: "stream_2", field: "released_amount", classification: "drift" }],
      violations: [],
      errors: [],
    });
    const fields = new Map<string, object>(data.fields.map((field: { field: string }) => [field.field, field]));
    expect(fields.get("presence")).toMatchObject({ dbValue: "present", onChainValue: "present", equal: true });
    expect(fields.get("released_amount")).toMatchObject({ dbValue: "7", equal: false });
    expect(fields.get("total_amount")).toMatchObject({ equal: true });
    // Without a mapped column it is shown, but not compared.
    expect(fields.get("sender")).toMatchObject({
      dbValue: null,
      onChainValue: expect.stringMatching(/^G/),
      equal: null,
    });
    expect(records()).toEqual([]);
  });

  it("shows a stream that only the contract has, and one that only the database has", async () => {
    world.sqlite.run("DELETE FROM streams WHERE on_chain_id = 3");
    world.sqlite.run("INSERT INTO streams VALUES ('stream/9 ü', 9, 'G', '1', '0', 'active', 990)");
    const orphan = await diff("on-chain:3");
    expect(orphan.data.fields[0]).toEqual({
      field: "presence",
      dbValue: "missing",
      onChainValue: "present",
      equal: false,
    });
    const row = await diff(encodeURIComponent("stream/9 ü"));
    expect(row.data).toMatchObject({ streamId: "stream/9 ü", onChainId: "9", status: "DRIFT" });
    expect(row.data.fields[0]).toEqual({
      field: "presence",
      dbValue: "present",
      onChainValue: "missing",
      equal: false,
    });
  });

  it("answers an authorised caller 404 for a stream that does not exist", async () => {
    const { status, error } = await diff("nope");
    expect({ status, error }).toMatchObject({ status: 404, error: { code: "stream_not_found" } });
  });

  it("takes ids of any length that a column may have, and says 400 beyond", async () => {
    expect(await diff("a".repeat(512))).toMatchObject({ status: 404, error: { code: "stream_not_found" } });
    expect(await diff("a".repeat(513))).toMatchObject({ status: 400, error: { code: "request_invalid" } });
  });

  it("shows as much as possible of an unreadable row", async () => {
    world.sqlite.run("UPDATE streams SET released_amount = 'a lot' WHERE on_chain_id = 2");
    const { data } = await diff("stream_2");
    expect(data).toMatchObject({ status: "INCOMPLETE", errors: [{ code: "row_unreadable" }] });
    expect(data.fields[0]).toEqual({ field: "presence", dbValue: "unreadable", onChainValue: "present", equal: null });
    expect(data.fields).toContainEqual({ field: "released_amount", dbValue: null, onChainValue: "1000", equal: null });
  });

  it("reports why it could not look", async () => {
    const fault = { kind: "rpc-error", code: -32601, message: "no such method" } as const;
    world.server.fault({ fault, times: Number.POSITIVE_INFINITY });
    const { status, data } = await diff("stream_2");
    expect({ status, data }).toMatchObject({
      status: 200,
      data: { streamId: "stream_2", status: "INCOMPLETE", fields: [] },
    });
    expect(data.errors.length).toBeGreaterThan(0);
  });

  it("says 503 when the database is gone, without saying where it was", async () => {
    world.sqlite.run("DROP TABLE streams");
    const { status, error } = await diff("stream_2");
    expect({ status, error }).toMatchObject({ status: 500, error: { code: "database_table_missing" } });
  });

  it("looks at streams during a run, queues more, and limits the queue", async () => {
    const { reached, release } = hold("getLedgerEntries");
    const run = post('{"dryRun":true}');
    await reached;
    const looks = Array.from({ length: 210 }, () => diff("stream_1"));
    const refused = await Promise.any(
      looks.map(async (look) => ((await look).status === 429 ? look : Promise.reject())),
    );
    expect((await refused).error).toMatchObject({ code: "too_many_requests" });
    release();
    const statuses = (await Promise.all(looks)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(204);
    expect((await run).status).toBe(200);
  });

  it("answers queued callers when the service stops", async () => {
    const { release } = hold("getLedgerEntries");
    const looks = Array.from({ length: 8 }, () => diff("stream_1"));
    while (!(await metrics()).includes("remembered_signatures 8\n"));
    service.signal("SIGTERM");
    release();
    const statuses = (await Promise.all(looks)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 200, 200, 200, 503, 503, 503, 503]);
    expect(await service.done).toBe(0);
  });
});

describe("GET /health", () => {
  const health = (path = "/health") => send(service.url, { method: "GET", path, headers: [] });

  it("reports that both sides can be read, and nothing more", async () => {
    await start();
    expect(await health()).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(await health("/health?x=1")).toMatchObject({ status: 200 });
  });

  it.each([
    ["the node refuses", async () => world.server.fault({ fault: { kind: "http", status: 403 }, times: 9 })],
    ["the table is gone", async () => world.sqlite.run("DROP TABLE streams")],
  ])("says 503 when %s, and not why", async (_name, breakIt) => {
    await start();
    await breakIt();
    expect(await health()).toMatchObject({ status: 503, body: '{"status":"unavailable"}' });
  });

  it("queries the node once for many callers within a short time", async () => {
    await start();
    await Promise.all(Array.from({ length: 50 }, () => health()));
    await health();
    expect(world.server.requests.filter(({ method }) => method === "getHealth").length).toBeLessThanOrEqual(2);
  });
});

describe("GET /metrics", () => {
  const prefix = "reconcile_streams_";

  it("has no results before the first run", async () => {
    await start();
    const text = await metrics();
    expect(text).toContain(`# TYPE ${prefix}last_run_exit_code gauge`);
    expect(text).not.toMatch(/^reconcile_streams_last_/m);
    expect(text).toContain(`${prefix}run_in_progress 0\n`);
  });

  it("counts how runs ended, and what runs of all streams found", async () => {
    await start();
    await post("{}");
    await post('{"dryRun":true,"streamId":"stream_1"}');
    await send(service.url, { method: "POST", path: "/api/internal/reconciliation", headers: [] });
    const text = await metrics();
    for (const line of [
      `${prefix}runs_total{scope="all",status="DRIFT",exit_code="3"} 1`,
      `${prefix}runs_total{scope="part",status="IN_SYNC",exit_code="0"} 1`,
      `${prefix}last_run_exit_code 3`,
      `${prefix}last_run_streams{result="drifted"} 1`,
      `${prefix}last_run_findings{kind="discrepancy"} 1`,
      `${prefix}requests_total{route="run",status="200"} 2`,
      `${prefix}requests_refused_total{reason="header_missing"} 1`,
      `${prefix}remembered_signatures 2`,
      `${prefix}run_duration_seconds_count 2`,
    ]) {
      expect(text).toContain(`${line}\n`);
    }
    // A clean run of one stream does not count as a success of all.
    expect(text).not.toMatch(/^reconcile_streams_last_success/m);
    world.sqlite.run(
      "UPDATE streams SET released_amount = (SELECT released_amount FROM streams WHERE on_chain_id = 1)",
    );
    await post('{"dryRun":true}');
    expect(await metrics()).toMatch(/^reconcile_streams_last_success_timestamp_seconds \d{10}/m);
  });

  it("does not reveal whether a refused request matched a route", async () => {
    await start();
    for (const path of ["/api/internal/reconciliation", "/nothing"]) {
      await send(service.url, { method: "POST", path, headers: [] });
    }
    const refused = (await metrics()).split("\n").filter((line) => line.includes('status="404"'));
    expect(refused).toEqual([`${prefix}requests_total{route="refused",status="404"} 2`]);
  });

  it("does not reveal which keys exist", async () => {
    await start();
    for (const change of [{ keyId: "key-9" }, { secret: "x" }]) await ask(service.url, change);
    expect((await metrics()).match(/requests_refused_total\{.*/g)).toEqual([
      'requests_refused_total{reason="signature_mismatch"} 2',
    ]);
  });

  it("is an unknown route with --no-metrics", async () => {
    await start("--no-metrics");
    const [here, elsewhere] = [await metrics(), await send(service.url, { method: "GET", path: "/x", headers: [] })];
    expect(here).toBe(elsewhere.body);
  });
});

describe("a stopping service", () => {
  it("lets its run end, answers it, and exits with 0", async () => {
    await start();
    const { reached, release } = hold("getLedgerEntries", 1);
    const running = post("{}");
    await reached;
    service.signal("SIGTERM");
    await expect(ask(service.url)).rejects.toThrow(/ECONNREFUSED/);
    release();
    expect(await running).toMatchObject({ status: 200, data: { status: "DRIFT" } });
    expect(await service.done).toBe(0);
    expect(records()).toEqual([["DRIFT", 3, "all-streams", "scheduler"]]);
  });

  it.each([
    ["when the time for that is up", ["--grace", "0"], 1],
    ["when it is told twice", [], 2],
  ])("ends its run %s, and answers with what was found", async (_name, args, signals) => {
    await start(...args);
    const { reached } = hold("getLedgerEntries", 1);
    const running = post("{}");
    await reached;
    for (let i = 0; i < signals; i++) service.signal("SIGTERM");
    const { status, error, data } = await running;
    expect(status).toBe(503);
    expect(error).toMatchObject({ code: "service_stopping", runId: data.runId });
    expect(data).toMatchObject({ status: "INCOMPLETE", exitCode: 143 });
    expect(await service.done).toBe(0);
    expect(records()).toEqual([["INTERRUPTED", 143, "all-streams", "scheduler"]]);
  });
});
