import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { columnKeys } from "../../src/cli/config/column-keys.js";
import { resolveSettings } from "../../src/cli/config/resolve.js";
import type { Settings } from "../../src/cli/config/settings.js";
import type { ConfigurationError } from "../../src/core/errors.js";
import { PRESET_NAMES, PRESETS } from "../../src/presets/presets.js";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld, WORLD_CONTRACT } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";

let world: CliWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

async function settingsOf(content: object): Promise<Settings> {
  const config = join(world.folder, "layout.json");
  await writeFile(config, JSON.stringify(content));
  const env = { DATABASE_URL: world.sqlite.url, SOROBAN_RPC_URL: world.server.url, STREAM_CONTRACT_ID: WORLD_CONTRACT };
  return resolveSettings({
    options: { config },
    env,
    cwd: world.folder,
    clock: new ManualClock(),
    stderr: { write() {} },
    hide: () => {},
  });
}

const layoutOf = async (layout: unknown, database = {}) =>
  (await settingsOf({ contract: { layout }, database })).contract.layout;

const mistakes = async (layout: unknown, database = {}): Promise<readonly string[]> => {
  const error: unknown = await settingsOf({ contract: { layout }, database }).catch((thrown: unknown) => thrown);
  return (error as ConfigurationError).details;
};

const ANY_FIELD = (preset: keyof typeof PRESETS) => ({
  fields: { [Object.keys(PRESETS[preset].fields)[0]!]: { column: "c" } },
});

it.each(PRESET_NAMES)("%s is itself, written out or not", async (preset) => {
  const database = ANY_FIELD(preset);
  const whole = await layoutOf(preset, database);
  expect(whole).toEqual(PRESETS[preset]);
  const extended = await layoutOf({ extends: preset }, database);
  // Written out, a layout has the schema's defaults.
  expect(extended).toEqual({ ...whole, ...("nextId" in whole ? { nextId: { holds: "next", ...whole.nextId } } : {}) });
});

describe("a layout that extends a preset", () => {
  it("changes what it names, and keeps the rest and the database's defaults", async () => {
    const layout = {
      extends: "flowfi",
      name: "ours",
      fields: { deposited_amount: { from: ["funded", "deposited_amount"] } },
    };
    const settings = await settingsOf({ contract: { layout } });
    const { database, ...fields } = settings.contract.layout;
    expect(fields).toMatchObject({ name: "ours", preset: "flowfi", stream: PRESETS.flowfi.stream });
    expect(fields.fields.deposited_amount).toEqual({
      from: ["funded", "deposited_amount"],
      type: "amount",
      role: "total",
      changes: "grows",
    });
    expect(fields.fields.sender).toEqual(PRESETS.flowfi.fields.sender);
    expect(settings.database).toMatchObject({
      table: "Stream",
      globalCursor: { table: "IndexerState", column: "lastLedger" },
      mapping: { streamId: "streamId", onChainId: "streamId", cursorColumn: null },
    });
    expect(database).toEqual(PRESETS.flowfi.database);
  });

  it("takes away what it sets to null, and compares it no more", async () => {
    const layout = { extends: "flowfi", nextId: null, fields: { is_active: null, sender: { role: null } } };
    const settings = await settingsOf({ contract: { layout } });
    expect(settings.contract.layout).not.toHaveProperty("nextId");
    expect(Object.keys(settings.contract.layout.fields)).not.toContain("is_active");
    expect(settings.contract.layout.fields.sender).toEqual({ type: "address" });
    expect(Object.keys(settings.database.mapping.fields)).not.toContain("is_active");
  });

  it("adds fields, statuses and phases", async () => {
    const layout = await layoutOf({
      extends: "streampay",
      fields: { memo: { type: "text" } },
      statuses: ["Draft", "Active", "Paused", "Settled", "Cancelled", "Closed"],
      phases: { Closed: "Settled" },
    });
    expect(layout.fields.memo).toEqual({ type: "text" });
    expect(layout.phases).toEqual({ Closed: "Settled" });
  });

  it("keeps what is said to change and to be final, and may say otherwise", async () => {
    const { fields, finalStatuses } = await layoutOf({
      extends: "streampay",
      fields: { recipient: { changes: null }, released_amount: { from: "paid" }, duration: { changes: "grows" } },
    });
    expect(fields.recipient).toEqual({ type: "address", role: "recipient" });
    expect(fields.released_amount).toMatchObject({ from: ["paid"], changes: "grows" });
    expect(fields.duration).toMatchObject({ changes: "grows" });
    expect(finalStatuses).toEqual(["Settled", "Cancelled"]);
    expect(await layoutOf({ extends: "streampay", finalStatuses: ["settled"] })).toMatchObject({
      finalStatuses: ["settled"],
    });
  });

  it("says what a struct means that lacks a field, for booleans alone", async () => {
    const layout = await layoutOf({
      extends: "flowfi",
      fields: { is_active: { absent: true }, paused: { absent: null } },
    });
    expect(layout.fields.is_active).toMatchObject({ absent: true });
    expect(layout.fields.paused).toEqual({ type: "boolean" });
    expect(
      await mistakes({ extends: "flowfi", fields: { status: { absent: false }, paused: { absent: "no" } } }),
    ).toEqual([
      "contract.layout.fields.paused.absent: expected true or false",
      "contract.layout.fields.status.absent: absent is for boolean fields; this one is of type status",
    ]);
  });

  it("refuses what cannot grow, and final statuses that the layout does not know", async () => {
    expect(
      await mistakes({
        extends: "streampay",
        fields: { start_time: { changes: "grows" }, status: { changes: "seldom" } },
        finalStatuses: ["Setled", "Draft"],
      }),
    ).toEqual([
      expect.stringContaining('contract.layout.fields.status.changes: "seldom" is not known here'),
      "contract.layout.fields.start_time.changes: only a field of type amount or integer can grow; this one is of type timestamp",
    ]);
    const settled = { extends: "streampay", finalStatuses: ["Setled", "Draft"] };
    expect(await mistakes(settled)).toEqual([
      'contract.layout.finalStatuses.0: "Setled" is not a status of this layout: did you mean "Settled"?',
    ]);
    const byNumber = {
      ...{ extends: "fluxora", statuses: null, fields: { status: { values: { "0": "Live", "1": "Over" } } } },
      phases: null,
    };
    const database = { fields: { deposit_amount: { column: "c" } } };
    expect(await layoutOf({ ...byNumber, finalStatuses: ["Over"] }, database)).toMatchObject({
      finalStatuses: ["Over"],
    });
    expect(await mistakes({ ...byNumber, finalStatuses: ["Completed"] }, database)).toEqual([
      expect.stringContaining("contract.layout.finalStatuses.0"),
    ]);
  });

  it("is wrong where its changes are, or its preset is none", async () => {
    expect(await mistakes({ extends: "flowfy" })).toContain(
      'contract.layout.extends: "flowfy" is not known here: did you mean "flowfi"?',
    );
    expect(await mistakes({ extends: "flowfi", fields: { sender: { type: "adress" } } })).toContain(
      'contract.layout.fields.sender.type: "adress" is not known here: did you mean "address"?',
    );
    expect(await mistakes({ extends: "flowfi", phases: { Completed: "Finished" } })).toEqual([
      expect.stringContaining('contract.layout.phases.Completed: "Finished" is not known here'),
    ]);
    expect(await mistakes({ extends: "flowfi", fields: [] })).toHaveLength(1);
    expect(await mistakes({ extends: 7 })).not.toHaveLength(0);
    expect(await mistakes({ extends: "flowfi", extnds: 1 })).toEqual([
      'contract.layout: unknown key "extnds": did you mean "extends"?',
    ]);
    expect(await mistakes("fluxoro")).toEqual([
      'contract.layout: "fluxoro" is not a known layout: did you mean "fluxora"?',
    ]);
  });

  it("may call the open statuses otherwise, where solvency needs them", async () => {
    const solvent = {
      extends: "fluxora",
      fields: { token: { type: "address", role: "token" } },
      invariants: ["solvent"],
    };
    const database = { fields: { deposit_amount: { column: "c" } } };
    expect(await layoutOf(solvent, database)).toMatchObject({ invariants: ["solvent"] });
    const closed = {
      ...solvent,
      statuses: ["Live"],
      fields: { ...solvent.fields, status: { values: { "0": "Live" } } },
    };
    expect(await mistakes(closed, database)).toEqual([
      "contract.layout.invariants: solvent needs statuses, or phases, that name the open ones (Draft, Active, Paused)",
    ]);
    expect(await layoutOf({ ...closed, phases: { Live: "Active" } }, database)).toMatchObject({
      phases: { Live: "Active" },
    });
  });
});

describe("the database's defaults of a preset", () => {
  it("give way, one by one, to what the configuration says", async () => {
    const database = {
      table: "streams",
      cursor: null,
      fields: { sender: { column: "from_address" }, recipient: null },
    };
    const settings = await settingsOf({ contract: { layout: "flowfi" }, database });
    expect(settings.database).toMatchObject({ table: "streams", globalCursor: null });
    expect(settings.database.mapping).toMatchObject({
      ...{ streamId: "streamId", onChainId: "streamId", cursorColumn: null },
      fields: { sender: { column: "from_address" }, is_active: { column: "isActive" } },
    });
    expect(Object.keys(settings.database.mapping.fields)).not.toContain("recipient");
  });

  it("may be conditions and words, which null and the configuration's own words take back", async () => {
    const hq = await settingsOf({
      contract: { layout: "stellarstream-hq" },
      database: { statuses: { ARCHIVED: "Gone" } },
    });
    expect(hq.database).toMatchObject({
      ...{ where: null, contractColumn: "contract_id" },
      mapping: { statuses: { CANCELED: "Closed", COMPLETED: "Closed", ARCHIVED: "Gone" } },
    });
    const one = await settingsOf({ contract: { layout: "stellarstream-hq" }, database: { contractColumn: null } });
    expect(one.database.contractColumn).toBeNull();
    const flowfi = async (database: object) =>
      (await settingsOf({ contract: { layout: "flowfi" }, database })).database;
    expect((await flowfi({})).where).toBe(PRESETS.flowfi.database!.where);
    expect((await flowfi({ where: "x = 1" })).where).toBe("x = 1");
    expect((await flowfi({ where: null })).where).toBeNull();
  });

  it("are asked for where none are known", async () => {
    expect(await mistakes("fluxora")).toEqual([
      expect.stringMatching(
        /^database\.fields: nothing to compare: map at least one field of layout "fluxora", as in /,
      ),
    ]);
  });
});

describe("columns that are not there", () => {
  it("are told with what names them", async () => {
    const settings = await settingsOf({
      contract: { layout: "flowfi" },
      database: { contractColumn: "contract", cursor: { column: "seen" } },
    });
    const keys = columnKeys(settings);
    expect(keys.get("streamId")).toBe("database.streamId, database.onChainId");
    expect(keys.get("contract")).toBe("database.contractColumn");
    expect(keys.get("seen")).toBe("database.cursor.column");
    expect(keys.get("tokenAddress")).toBe("database.fields.token_address.column");
  });

  it("stop the run before it starts, each with the nearest one", async () => {
    const config = await world.write("columns.json", {
      database: {
        streamId: "ids",
        fields: { total_amount: { column: "totalAmount" }, sender: { column: "zzz" } },
        cursor: { table: "streams", column: "lastSyncLedgr" },
      },
    });
    const { code, stderr } = await cli([...world.overSnapshot, "--config", config, "--dry-run"]);
    expect(code).toBe(2);
    expect(stderr).toContain("ids (database.streamId): did you mean id?");
    expect(stderr).toContain("totalAmount (database.fields.total_amount.column): did you mean total_amount?");
    expect(stderr).toContain("zzz (database.fields.sender.column): no column has a similar name");
    const cursor = await world.write("cursor.json", {
      database: { cursor: { table: "streams", column: "lastSyncLedgr" } },
    });
    const other = await cli([...world.overSnapshot, "--config", cursor, "--dry-run"]);
    expect(other.stderr).toContain("lastSyncLedgr (database.cursor.column): did you mean last_sync_ledger?");
  });
});
