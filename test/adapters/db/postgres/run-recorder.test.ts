import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import { PROBE_RECORD } from "../../../../src/adapters/db/probe-step.js";
import { createTestDatabase, type TestDatabase } from "../../../support/postgres.js";
import { appending } from "../../../support/sealing.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.query("DROP TABLE IF EXISTS reconciliation_runs, reconciliation_chain_heads"));

const RECORD = { ...PROBE_RECORD, runId: "run-1" };

describe("run records without the rights for them", () => {
  it("names the GRANT that is missing", async () => {
    const role = await database.createRole("recorder");
    const client = await openPostgres(role.url);
    await (await openPostgres(database.url)).createRunTable();
    await expect(client.canRecordRuns()).rejects.toMatchObject({
      kind: "usage",
      code: "run_table_permission",
      hints: [
        expect.stringContaining("GRANT SELECT, INSERT, UPDATE ON reconciliation_runs, reconciliation_chain_heads"),
        expect.any(String),
      ],
    });
    await database.query(`GRANT INSERT ON reconciliation_runs, reconciliation_chain_heads TO ${role.name}`);
    await expect(client.canRecordRuns()).rejects.toMatchObject({ code: "run_table_permission" });
    await expect(client.updateLastRunStatus(RECORD, appending(RECORD))).rejects.toMatchObject({
      kind: "unavailable",
      code: "run_record_failed",
    });
    await database.query(`GRANT SELECT, UPDATE ON reconciliation_runs, reconciliation_chain_heads TO ${role.name}`);
    expect(await client.canRecordRuns()).toBe(true);
    // May not create tables, and need not: this one exists.
    await client.createRunTable();
    await client.updateLastRunStatus(RECORD, appending(RECORD));
  });

  it("says who may create the table", async () => {
    const role = await database.createRole("creator");
    const client = await openPostgres(role.url);
    expect(await client.canRecordRuns()).toBe(false);
    await expect(client.createRunTable()).rejects.toMatchObject({
      kind: "usage",
      code: "run_table_permission",
      hints: [expect.stringContaining("GRANT CREATE ON SCHEMA"), expect.stringContaining("migrate --print")],
    });
    await database.query(`ALTER ROLE ${role.name} SET search_path = 'nowhere'`);
    await expect(client.createRunTable()).rejects.toMatchObject({
      hints: [expect.stringContaining("search_path"), expect.any(String)],
    });
  });

  it("says when the connection only reads, as on a replica", async () => {
    const role = await database.createRole("replica");
    const client = await openPostgres(role.url);
    await database.query(`ALTER ROLE ${role.name} SET default_transaction_read_only = on`);
    await expect(client.createRunTable()).rejects.toMatchObject({
      kind: "usage",
      code: "run_table_permission",
      hints: [expect.stringContaining("primary"), expect.any(String)],
    });
    await (await openPostgres(database.url)).createRunTable();
    await database.query(`GRANT ALL ON reconciliation_runs, reconciliation_chain_heads TO ${role.name}`);
    await expect(client.canRecordRuns()).rejects.toMatchObject({ kind: "usage", code: "run_table_permission" });
    await expect(client.updateLastRunStatus(RECORD, appending(RECORD))).rejects.toMatchObject({
      kind: "unavailable",
      code: "run_record_failed",
    });
  });
});

it("makes the table once when several runs start together", async () => {
  const clients = await Promise.all(Array.from({ length: 6 }, () => openPostgres(database.url)));
  await Promise.all(clients.map((client) => client.createRunTable()));
  expect(await clients[0]?.canRecordRuns()).toBe(true);
});

it("records while a snapshot is open, and the snapshot does not notice", async () => {
  const client = await openPostgres(database.url);
  await client.createRunTable();
  const { pages } = await client.getStreams({
    table: "reconciliation_runs",
    columns: ["run_id"],
    orderBy: "run_id",
    pageSize: 10,
  });
  await client.updateLastRunStatus(RECORD, appending(RECORD));
  for await (const page of pages) expect(page).toEqual([]);
  expect(await database.query("SELECT run_id FROM reconciliation_runs")).toEqual([{ run_id: "run-1" }]);
});

it("says when the record was not written because nothing answered, or the password is wrong", async () => {
  const nowhere = await openPostgres("postgres://user:s3cret@127.0.0.1:1/db");
  await expect(nowhere.updateLastRunStatus(RECORD, appending(RECORD))).rejects.toMatchObject({
    kind: "unavailable",
    code: "run_record_failed",
    details: [expect.stringContaining("Nothing answers at 127.0.0.1:1"), expect.any(String)],
  });
  await expect(nowhere.canRecordRuns()).rejects.toMatchObject({ kind: "unavailable", code: "database_unreachable" });
});

it("passes on what the server says for other reasons", async () => {
  const client = await openPostgres(database.url);
  await client.createRunTable();
  await database.query("ALTER TABLE reconciliation_runs ADD CHECK (status <> 'RUNNING')");
  await expect(client.canRecordRuns()).rejects.toMatchObject({ kind: "usage", code: "run_table_shape" });
  await database.query(
    `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
     CREATE TRIGGER refuse BEFORE INSERT ON reconciliation_runs EXECUTE FUNCTION refuse()`,
  );
  await expect(client.canRecordRuns()).rejects.toMatchObject({
    kind: "unavailable",
    details: [expect.stringContaining("not today")],
  });
});

it("notices a trigger that lets nothing be written, before the run and after it", async () => {
  const client = await openPostgres(database.url);
  await client.createRunTable();
  await client.updateLastRunStatus(RECORD, appending(RECORD));
  await database.query(
    `CREATE OR REPLACE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
     CREATE TRIGGER vanish BEFORE INSERT OR UPDATE ON reconciliation_runs FOR EACH ROW EXECUTE FUNCTION vanish()`,
  );
  const why = expect.stringContaining("did not keep what was written: look for a trigger");
  await expect(client.canRecordRuns()).rejects.toMatchObject({ kind: "unavailable", details: [why] });
  const later = { ...RECORD, runId: "another" };
  await expect(client.updateLastRunStatus(later, appending(later))).rejects.toMatchObject({
    code: "run_record_failed",
    details: expect.arrayContaining([why]),
  });
});
