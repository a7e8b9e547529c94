import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import { createInspectWorld, expectFit, HEAD, type InspectWorld, runningStream } from "../../support/cli-inspect.js";
import { cli, startCli } from "../../support/cli-io.js";
import { createWorld, reportOf, rowOf, WORLD_CONTRACT } from "../../support/cli-world.js";
import { calls } from "../../support/rpc-faults.js";
import { accountId, putStream, streamKey, streamStruct, u64 } from "../../support/streampay-contract.js";
import { eventOf, happen, withdraw } from "../../support/streampay-history.js";

let world: InspectWorld;
afterEach(() => world.close());

/** The screen, which must fit, and the exit code. */
async function inspect(...args: string[]) {
  const result = await cli(["inspect", ...args, ...world.overRpc], { clock: world.clock });
  expectFit(result.stdout);
  return { ...result, prose: result.stdout.replace(/\s+/g, " ") };
}

async function inspectJson(...args: string[]) {
  const { code, stdout, stderr } = await cli(["inspect", ...args, "--format", "json", ...world.overRpc], {
    clock: world.clock,
  });
  expect(stderr).toBe("");
  return { code, document: JSON.parse(stdout) as Record<string, never> & { history: Record<string, never> } };
}

const streamIn = (id: bigint, overrides: Parameters<typeof streamStruct>[0], lastModified: number) =>
  putStream(world.ledger, WORLD_CONTRACT, runningStream(id, overrides), { lastModified });

describe("inspect", () => {
  it("tells of two missed withdrawals that they are the difference", async () => {
    world = await createInspectWorld();
    const { code, stdout, stderr, prose } = await inspect("stream_1");
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(prose).toContain(
      "Cause: released_amount: these 2 events (stream.withdrawn, ledgers 58239100 to 58239700) together account for exactly the difference of 250,000,000: the database missed them. Proof: the row has the contract's value from before the 2 transactions in ledgers 58239100 to 58239700 (withdraw).",
    );
    expect(stdout).toMatch(/released_amount +150,000,000 +400,000,000 +\+250,000,000/);
    expect(stdout).toMatch(/ withdrawable +100,001,875 /);
    expect(stdout).toMatch(/ owed +600,000,000 /);
    expect(prose).toContain("→ docs/runbook.md, Drift");
  });

  it("tells the same to a program", async () => {
    world = await createInspectWorld();
    const { code, document } = await inspectJson("stream_1", "--raw");
    expect(code).toBe(3);
    expect(document).toMatchObject({
      schemaVersion: 1,
      streamId: "stream_1",
      onChainId: "1",
      verdict: "drift",
      status: "DRIFT",
      exitCode: 3,
      ledger: { dbSynced: HEAD - 10, chainModified: HEAD - 300 },
      balances: { released: "400000000", vested: "500001875", overpaid: "0" },
      lifetime: { state: "live" },
      history: { available: true, looked: { first: HEAD - 10_299, last: HEAD - 300 }, gaps: [] },
      runbook: ["Drift"],
    });
    const key = document as unknown as { raw: { key: string; value: string; decoded: { map: unknown[] } } };
    expect(xdr.LedgerKey.fromXDR(key.raw.key, "base64").contractData().key().toXDR()).toEqual(streamKey(1n).toXDR());
    expect(xdr.ScVal.fromXDR(key.raw.value, "base64").map()).toHaveLength(14);
    expect(key.raw.decoded.map).toHaveLength(14);
    const history = document.history as unknown as {
      events: { id: string; amounts: unknown[] }[];
      transactions: { link: string }[];
      explanations: { kind: string; events: { id: string; amount: string }[] }[];
    };
    expect(history.events.map(({ amounts }) => amounts)).toEqual([
      [{ label: "", value: "200000000" }],
      [{ label: "", value: "50000000" }],
    ]);
    expect(history.explanations).toMatchObject([{ kind: "missed", events: [{ id: history.events[0]!.id }, {}] }]);
    expect(history.transactions[0]!.link).toMatch(/^https:\/\/stellar\.expert\/explorer\/testnet\/tx\/[0-9a-f]{64}$/);
  });

  it("tells of an event that was counted twice", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.released_amount = "'450000000'";
    });
    const { code, prose } = await inspect("stream_1");
    expect(code).toBe(3);
    expect(prose).toContain(
      "the database is ahead by 50,000,000, and the event stream.withdrawn in ledger 58239700 accounts for exactly that: it was probably counted twice.",
    );
  });

  it("tells how much it found where it found only a part, and where it looked", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.released_amount = "'100000001'";
    });
    world.ledger.oldestLedger = HEAD - 500;
    const { prose } = await inspect("stream_1");
    expect(prose).toContain(
      "the event stream.withdrawn in ledger 58239700 accounts for 50,000,000 of the difference of 299,999,999; 249,999,999 remains unexplained.",
    );
    expect(prose).toContain("searched: from ledger 58239700 back to 58239500, where the node's history begins");
  });

  it("tells that what was found does not explain it", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.released_amount = "'399999999'";
    });
    const { prose } = await inspect("stream_1");
    expect(prose).toContain("no combination of the 4 amounts found (from ledger 58239700 back to");
  });

  it("tells that the node has forgotten", async () => {
    world = await createInspectWorld();
    world.ledger.oldestLedger = HEAD - 100;
    const { code, prose } = await inspect("stream_1");
    expect(code).toBe(3);
    expect(prose).toContain("Cause: released_amount: no cause was found, as no events could be read.");
    expect(prose).toContain(
      "incomplete: the stream last changed at ledger 58239700, before the node's history begins at ledger",
    );
  });

  it("says so where the node keeps no events, and shows all the rest", async () => {
    world = await createInspectWorld();
    world.server.fault({
      fault: { kind: "rpc-error", code: -32601, message: "method not found" },
      times: Number.POSITIVE_INFINITY,
      when: calls("getEvents"),
    });
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(3);
    expect(stdout).toMatch(/released_amount +150,000,000/);
    expect(prose).toContain("incomplete: events could not be read: Soroban RPC");
  });

  it("finds a stream in sync, with its last change alone", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.released_amount = "'400000000'";
    });
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(0);
    expect(stdout).toContain("IN_SYNC: both sides agree (exit code 0)");
    expect(prose).toContain("searched: from ledger 58239700 back to 58239700");
    expect(stdout).not.toContain("What to do next");
    expect(stdout).not.toContain("Cause");
  });

  it("asks for no history with --no-history", async () => {
    world = await createInspectWorld();
    const { code, stdout } = await inspect("stream_1", "--no-history");
    expect(code).toBe(3);
    expect(stdout).toContain("not searched: --no-history was given");
    expect(world.server.requests.map(({ method }) => method)).not.toContain("getEvents");
  });

  it("tells lag from drift, and how long it may last", async () => {
    world = await createInspectWorld((rows) => {
      for (const row of rows) row.last_sync_ledger = String(HEAD - 40);
      rows[0]!.released_amount = "'350000000'";
    });
    streamIn(1n, { released_amount: 400_000_000n }, HEAD - 20);
    withdraw(
      world.ledger,
      WORLD_CONTRACT,
      runningStream(1n, { released_amount: 350_000_000n }),
      50_000_000n,
      HEAD - 20,
    );
    const { code, prose } = await inspect("stream_1");
    expect(code).toBe(0);
    expect(prose).toContain("IN_SYNC: the row may still be on its way");
    expect(prose).toContain("this is drift");
    expect(prose).toContain("* ledger 58239980");
    expect(prose).toContain("after the row's ledger");
  });

  it("tells drift of a row that had its time, and of one that does not say what it has seen", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.last_sync_ledger = "NULL";
      rows[1]!.last_sync_ledger = "400";
      rows[1]!.released_amount = "'900'";
    });
    expect((await inspect("stream_1")).prose).toContain(
      "the database has seen ledger 58239990: it has missed the change",
    );
    expect((await inspect("stream_2")).prose).toContain("it has missed a change");
    expect((await inspect("stream_3")).prose).toContain("the row has seen 58239990");
  });

  it("tells what is unproven of a recent change where nothing says what the database has seen", async () => {
    world = await createInspectWorld((rows) => {
      for (const row of rows) row.last_sync_ledger = "NULL";
    });
    streamIn(1n, { released_amount: 400_000_000n }, HEAD - 20);
    const { code, prose } = await inspect("stream_1");
    expect(code).toBe(5);
    expect(prose).toContain("nothing tells how far the database has come");
  });

  it("tells that a row that keeps writing can be shown to be neither late nor wrong", async () => {
    world = await createInspectWorld();
    let amount = 400_000_000n;
    world.clock.onSleep = () => {
      world.ledger.sequence += 1;
      amount += 1n;
      world.sqlite.run(`UPDATE streams SET released_amount = '${amount}', last_sync_ledger = ${world.ledger.sequence}`);
      streamIn(1n, { released_amount: amount + 5n }, world.ledger.sequence);
    };
    expect((await inspect("stream_1")).prose).toContain("the row trails the database's cursor");
  });

  it("shows a row whose stream the contract does not have", async () => {
    world = await createInspectWorld((rows) => {
      rows[2]!.on_chain_id = "900";
    });
    const { code, stdout, prose } = await inspect("stream_3");
    expect(code).toBe(3);
    expect(prose).toContain("the contract does not have this stream");
    expect(prose).toContain("entry last changed never");
    expect(stdout).toContain("→ docs/runbook.md, Missing on chain");
  });

  it("names the other row of a stream that has two, unless the policy lives with that", async () => {
    world = await createInspectWorld((rows) => {
      rows.push({ ...rows[1]!, id: "'copy'" });
    });
    const { code, stdout, prose } = await inspect("copy");
    expect(code).toBe(4);
    expect(prose).toContain("VIOLATION: an invariant is violated; both sides agree (exit code 4)");
    expect(prose).toContain('on_chain_id_unique the row "stream_2" names the same stream of the contract, 2');
    expect(stdout).toContain("→ docs/runbook.md, Two rows for one stream");
    expect((await inspect("stream_2")).prose).toContain('the row "copy" names the same stream');
    expect((await inspect("stream_3")).code).toBe(0);
    const rule = { stream: "copy", invariant: "on_chain_id_unique", reason: "moving", until: "2099-12-31" };
    const lenient = await world.write("lenient.json", { policy: { ignore: [rule] } });
    const ignored = await inspect("copy", "--config", lenient);
    expect({ code: ignored.code, told: ignored.prose.includes("ignored until 2099-12-31: moving") }).toEqual({
      code: 0,
      told: true,
    });
    const drift = await world.write("drift.json", { policy: { failOn: ["drift"] } });
    expect((await inspect("copy", "--config", drift)).code).toBe(0);
  });

  it("names the transaction that took a stream away from the contract", async () => {
    world = await createInspectWorld();
    const gone = streamStruct({ id: 3n });
    const events = [eventOf(WORLD_CONTRACT, "closed", [u64(3n)])];
    happen(world.ledger, WORLD_CONTRACT, { ledger: HEAD - 100, call: "close", before: gone, after: null, events });
    world.ledger.delete({ contract: WORLD_CONTRACT, key: streamKey(3n) });
    const { prose } = await inspect("stream_3");
    expect(prose).toContain(
      `Cause: presence: the transaction in ledger ${HEAD - 100} (close) removed the stream from the contract, but the database still has it.`,
    );
  });

  it("shows a row without an on-chain id", async () => {
    world = await createInspectWorld((rows) => {
      rows[2]!.on_chain_id = "NULL";
    });
    const { code, prose } = await inspect("stream_3");
    expect(code).toBe(3);
    expect(prose).toContain("Stream stream_3 (no on-chain id)");
    expect(prose).toContain("no_on_chain_id");
  });

  it("shows a stream that the database does not have, with how it came to be", async () => {
    world = await createInspectWorld((rows) => {
      rows.splice(0, 1);
    });
    const { code, stdout, prose } = await inspect("on-chain:1");
    expect(code).toBe(3);
    expect(prose).toContain("Stream on-chain:1 (on-chain id 1)");
    expect(prose).toContain("the database has no row for it, although it has seen ledger 58239990");
    expect(stdout).toContain("call create_stream()");
    expect(stdout).toContain("the entry was created");
    expect(stdout).toContain("ledgers: database has seen 58239990");
    expect(stdout).toContain(", the database claims to have seen it");
    expect(prose).toMatch(
      /Cause: presence: the transaction in ledger \d+ \(create_stream\) created the stream, but the database does not have it\./,
    );
    expect(stdout).toContain("→ docs/runbook.md, Missing in the database");
  });

  it("shows no row that went away while it was looked at", async () => {
    world = await createInspectWorld();
    world.clock.onSleep = () => {
      world.ledger.sequence += 1;
      world.sqlite.run("DELETE FROM streams WHERE id = 'stream_1'");
    };
    const { document } = await inspectJson("stream_1");
    expect(document).toMatchObject({ onChainId: "1", balances: { released: "400000000" } });
    const fields = document.fields as unknown as { dbValue: unknown }[];
    expect(fields.map(({ dbValue }) => dbValue).filter((value) => value !== null)).toEqual([]);
  });

  it("finds a row by the contract's id for it", async () => {
    world = await createInspectWorld();
    expect((await inspectJson("on-chain:1")).document).toMatchObject({ streamId: "stream_1", verdict: "drift" });
  });

  it("shows an overpaid cancel, and what it comes to", async () => {
    const cancelled = { status: "Cancelled", released_amount: 500_000_000n, end_time: 1_786_000_000n + 80_000_000n };
    const overpaid = { ...cancelled, duration: 80_000_000n, last_update: 1_790_000_000n };
    world = await createInspectWorld((rows) => {
      rows[0] = rowOf(runningStream(1n, overpaid), HEAD - 10);
    });
    streamIn(1n, overpaid, HEAD - 300);
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(4);
    expect(prose).toContain("VIOLATION: an invariant is violated; both sides agree (exit code 4)");
    expect(stdout).toMatch(/vested +50,000,000/);
    expect(stdout).toMatch(/overpaid +450,000,000/);
    expect(stdout).toMatch(/owed +0/);
    expect(stdout).toContain("→ docs/runbook.md, Overpaid streams");
  });

  it("shows both sides of a row that cannot be read", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.released_amount = "'12 tokens'";
    });
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(5);
    expect(prose).toContain('Column released_amount: "12 tokens" is not a decimal number. (row_unreadable)');
    expect(stdout).toMatch(/released_amount +"12 tokens" +400,000,000 +cannot be read/);
  });

  it("shows the bytes of an entry that does not fit, without being asked", async () => {
    world = await createInspectWorld();
    world.ledger.set({
      contract: WORLD_CONTRACT,
      key: streamKey(1n),
      val: xdr.ScVal.scvU32(7),
      lastModified: HEAD - 5,
    });
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(5);
    expect(prose).toContain("(entry_unreadable)");
    expect(stdout).toContain("AAAAAwAAAAc=");
    expect(stdout).toMatch(/u32 +7/);
  });

  it("shows the bytes of an entry that cannot be decoded", async () => {
    world = await createInspectWorld();
    world.server.fault({
      fault: {
        kind: "rows",
        edit: (rows) =>
          rows.map((row) => {
            const bytes = Buffer.from(row.xdr, "base64");
            return {
              ...row,
              xdr: Buffer.concat([bytes.subarray(0, -4), Buffer.from([0, 0, 0, 77])]).toString("base64"),
            };
          }),
      },
      times: Number.POSITIVE_INFINITY,
      when: calls("getLedgerEntries"),
    });
    world.ledger.set({
      contract: WORLD_CONTRACT,
      key: streamKey(1n),
      val: xdr.ScVal.scvVoid(),
      lastModified: HEAD - 5,
    });
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(5);
    expect(prose).toContain("(entry_undecodable)");
    expect(stdout).toContain("AAAATQ==");
    expect(prose).toContain("decoded: cannot be decoded: SCVal arm 77");
    const { document } = await inspectJson("stream_1");
    expect(document).toMatchObject({ raw: { value: "AAAATQ==", decoded: null } });
  });

  it.each([
    [HEAD - 10, "time to live: expired at ledger 58239990"],
    [0, "time to live: archived, or the node does not tell"],
    [HEAD + 500, "only 49"],
    [null, "time to live: not told by this source"],
  ])("tells the time to live that ends at %p", async (liveUntil, text) => {
    world = await createInspectWorld();
    const stream = runningStream(1n, { released_amount: 400_000_000n });
    putStream(world.ledger, WORLD_CONTRACT, stream, { lastModified: HEAD - 300, liveUntil });
    expect((await inspect("stream_1")).prose).toContain(text);
  });

  it("shows the row when the node is out of reach", async () => {
    world = await createInspectWorld();
    await world.server.close();
    const { code, stdout, prose } = await inspect("stream_1");
    expect(code).toBe(5);
    expect(prose).toContain("(rpc_unreachable)");
    expect(stdout).toMatch(/released_amount +150,000,000 +not compared/);
    expect((await inspect("on-chain:2")).stdout).toMatch(/released_amount +1,000 +not compared/);
  });

  it("says it when neither side can be read", async () => {
    world = await createInspectWorld();
    await world.server.close();
    world.sqlite.run("DROP TABLE streams");
    const { code, prose } = await inspect("stream_1");
    expect(code).toBe(5);
    expect(prose).toContain("(rpc_unreachable)");
    expect(prose).toContain("(database_table_missing)");
  });

  it("suggests ids for one that is not there", async () => {
    world = await createInspectWorld();
    const typo = await inspect("straem_2");
    expect(typo.code).toBe(5);
    expect(typo.prose).toContain("INCOMPLETE: there is no such stream (exit code 5)");
    expect(typo.prose).toContain('did you mean "stream_2"?');
    expect((await inspectJson("on-chain:77")).document).toMatchObject({ verdict: "not-found" });
  });

  it("shows amounts in the token's units, too, where they are configured", async () => {
    world = await createInspectWorld();
    const token = streamStruct().token;
    const path = await world.write("units.json", {
      contract: { tokens: { [token]: { decimals: 7, symbol: "USDC" } } },
    });
    const { stdout, prose } = await inspect("stream_1", "--config", path);
    expect(prose).toContain("exactly the difference of 250,000,000 (25 USDC): the database missed them.");
    expect(stdout).toMatch(/ owed +600,000,000 \(60 USDC\) /);
  });

  it("uses the node's next close time, or our clock, and says which", async () => {
    world = await createInspectWorld();
    const ahead = (extra: object) =>
      world.server.fault({
        fault: { kind: "result", edit: (result) => ({ ...result, ...extra }) },
        times: Number.POSITIVE_INFINITY,
        when: (request) => calls("getHealth")(request) || calls("getLatestLedger")(request),
      });
    const told = async () => (await inspect("stream_1", "--confirm", "0", "--no-history")).prose;
    let calledBefore = false;
    world.server.fault({
      fault: {
        kind: "result",
        edit: (result) => {
          const latestLedger = calledBefore ? HEAD + 1 : HEAD;
          calledBefore = true;
          return { ...result, latestLedger };
        },
      },
      times: 2,
      when: calls("getHealth"),
    });
    expect(await told()).toMatch(/the close of ledger 58240001 \(that of the ledger read is not known\)/);
    world.server.clearFaults();
    ahead({ latestLedgerCloseTime: undefined, closeTime: undefined });
    expect(await told()).toContain("by this machine's clock (the node tells no close times)");
  });

  it("shows what it is told without letting it drive the terminal", async () => {
    world = await createInspectWorld((rows) => {
      rows[0]!.status = "'act\u001b[31mive'";
      rows[0]!.id = "'evil\u0007id'";
    });
    const { stdout } = await inspect("evil\u0007id");
    expect(stdout).toContain("Stream evil\\x07id");
    expect(stdout).toContain("act\\x1b[31mive");
  });

  it("fits a narrow terminal, in colour, and keeps colour to terminals", async () => {
    world = await createInspectWorld();
    const args = ["inspect", "stream_1", ...world.overRpc];
    const narrow = await cli(args, { clock: world.clock, terminal: 60 });
    expect(narrow.stdout).toContain("\u001b[31m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away here
    expectFit(narrow.stdout.replace(/\u001b\[\d+m/g, ""), 60);
    const plain = await cli([...args, "--no-color"], { clock: world.clock, terminal: 80 });
    expect(plain.stdout).not.toContain("\u001b");
    const unset = await cli(args, { clock: world.clock, terminal: 80, env: { NO_COLOR: "1" } });
    expect(unset.stdout).not.toContain("\u001b");
  });

  it("writes nothing but what --output names", async () => {
    world = await createInspectWorld();
    const path = join(world.folder, "stream.json");
    const { code, stdout } = await inspect("stream_1", "--format", "json", "--output", path);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ streamId: "stream_1" });
    expect(world.sqlite.rows("SELECT name FROM sqlite_master WHERE name = 'reconciliation_runs'")).toEqual([]);
  });

  it("keeps the node's key out of everything", async () => {
    world = await createInspectWorld();
    world.server.fault({
      fault: { kind: "rpc-error", code: -32600, message: "no events for /v1/secret-key-1234" },
      times: Number.POSITIVE_INFINITY,
      when: calls("getEvents"),
    });
    const chain = `${world.server.url}v1/secret-key-1234`;
    const args = ["--db", world.sqlite.url, "--contract", WORLD_CONTRACT, "--chain", chain];
    const { stdout, stderr } = await cli(["inspect", "stream_1", ...args], { clock: world.clock });
    expect(stdout).toContain("incomplete: events could not be read");
    expect(stdout + stderr).not.toContain("secret-key");
  });

  it("ends its look back at a signal, and prints what it knows", async () => {
    world = await createInspectWorld();
    const running = { signal: (_: "SIGINT") => {} };
    world.server.fault({
      fault: {
        kind: "hold",
        until: async () => {
          running.signal("SIGINT");
          await new Promise(() => {});
        },
      },
      when: calls("getEvents"),
    });
    const started = startCli(["inspect", "stream_1", ...world.overRpc], { clock: world.clock });
    running.signal = (signal) => started.signal(signal);
    const { code, stdout } = await started.done;
    expect(code).toBe(130);
    expect(stdout).toMatch(/released_amount +150,000,000/);
    expect(stdout).toContain("interrupted by SIGINT");
  });

  it("ends at its time limit, before the look back or in it", async () => {
    world = await createInspectWorld();
    const forever = { kind: "hold", until: () => new Promise<void>(() => {}) } as const;
    world.server.fault({ fault: forever, when: calls("getEvents") });
    const late = await inspect("stream_1", "--timeout", "1.5", "--confirm", "0");
    expect(late.code).toBe(3);
    expect(late.prose).toContain("stopped before it was read: stopped after");
    world.server.fault({ fault: forever, when: calls("getLedgerEntries") });
    const early = await inspect("stream_1", "--timeout", "0.5");
    expect(early.code).toBe(5);
    expect(early.prose).toContain("(timed_out)");
  });
});

describe("inspect, of a snapshot file", () => {
  it("says that it has no history, and agrees with a run for every kind of finding", async () => {
    world = await createInspectWorld((rows) => {
      rows[0] = rowOf(streamStruct({ id: 1n, sender: accountId(101), recipient: accountId(9) }), 990);
      rows[1]!.status = "'paused'";
      rows[2]!.last_sync_ledger = "-4";
      rows.push({ ...rows[2]!, id: "'stream_4'", on_chain_id: "1", last_sync_ledger: "990" });
    });
    // These two are rows of one stream, which a run for one row alone does not see.
    for (const id of ["stream_1", "stream_4"]) {
      const { code, stdout } = await cli(["inspect", id, ...world.overSnapshot]);
      expect([id, code, stdout.includes("on_chain_id_unique")]).toEqual([id, 4, true]);
    }
    for (const id of ["stream_2", "stream_3", "stream_5", "on-chain:1", "on-chain:9"]) {
      const run = await cli(["--dry-run", "--stream", id, "--format", "json", ...world.overSnapshot]);
      const inspected = await cli(["inspect", id, "--format", "json", ...world.overSnapshot]);
      expect([id, inspected.code]).toEqual([id, run.code]);
      const document = JSON.parse(inspected.stdout) as { errors: unknown; violations: unknown; history: object };
      const { errors, violations } = reportOf(run);
      expect(document).toMatchObject({ errors, violations });
      expect(document.history).toMatchObject({ available: false, events: [], transactions: [] });
      expectFit((await cli(["inspect", id, "--raw", ...world.overSnapshot])).stdout);
    }
  });
});

describe("inspect, called wrongly", () => {
  beforeEach(async () => {
    world = { ...(await createWorld()), clock: undefined as never };
  });

  it.each([
    [["inspect"], "missing required argument 'streamId'"],
    [["inspect", "a", "b"], "too many arguments"],
    [["inspect", "a", "--stream", "b"], "unknown option '--stream'"],
    [["--stream=b", "--dry-run", "inspect", "a"], "--stream is not an option of inspect"],
    [["inspect", "a", "--format", "ndjson"], '--format: "ndjson" is not a format of inspect'],
    [["inspect", ""], "--stream: an id is empty"],
    [["inspect", "a", "--timeout", "soon"], "--timeout"],
  ])("%j: %s", async (argv, message) => {
    const { code, stdout, stderr } = await cli(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });
});
