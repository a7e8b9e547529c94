import type { RunRecord } from "../../src/core/records/run-record.js";
import type { DbClient, Sealing, StreamQuery, StreamRow } from "../../src/ports/db-client.js";
import { appending } from "../support/sealing.js";

/** A real database, prepared by its own means and read through the adapter under test. */
export interface DatabaseUnderTest {
  /** Opens the adapter on the database. */
  open(): Promise<DbClient>;
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<unknown[][]>;
  /** The schema that tables are made in by default. */
  readonly schema: string;
  /** Whoever writes has to wait while a snapshot is open; otherwise the snapshot does not notice. */
  readonly writersWait?: boolean;
  drop(): Promise<void>;
}

/** What every DbClient must do, whatever the database. */
export function dbClientContract(name: string, create: () => Promise<DatabaseUnderTest>): void {
  describe(`${name}: DbClient contract`, () => {
    let db: DatabaseUnderTest;
    let client: DbClient;

    beforeAll(async () => {
      db = await create();
    });
    afterAll(() => db.drop());
    beforeEach(async () => {
      client = await db.open();
    });
    afterEach(() => client.close());

    const queryOf = (more: Partial<StreamQuery> & { table: string }): StreamQuery => ({
      columns: ["id"],
      orderBy: "id",
      pageSize: 100,
      ...more,
    });

    async function read(more: Partial<StreamQuery> & { table: string }): Promise<StreamRow[]> {
      return (await readPages(client, queryOf(more))).flat();
    }

    async function ids(more: Partial<StreamQuery> & { table: string }): Promise<unknown[]> {
      return (await read(more)).map(([id]) => id);
    }

    /** `count` rows with integer ids from 1 on. */
    async function fill(table: string, count: number): Promise<void> {
      await db.run(`CREATE TABLE ${table} (id bigint, note text)`);
      if (count === 0) return;
      const values = Array.from({ length: count }, (_, index) => `(${index + 1}, 'note ${index + 1}')`);
      await db.run(`INSERT INTO ${table} VALUES ${values.join(", ")}`);
    }

    describe("values", () => {
      it("gives columns in the order asked for: text as text, integers as bigint, floats as number, NULL as null", async () => {
        await db.run("CREATE TABLE kinds (id bigint, t text, b bigint, f double precision, n text)");
        await db.run(
          "INSERT INTO kinds VALUES (1, '170141183460469231731687303715884105727', 9223372036854775807, 0.1, NULL)",
        );
        expect(await read({ table: "kinds", columns: ["f", "n", "b", "t"] })).toEqual([
          [0.1, null, 9223372036854775807n, "170141183460469231731687303715884105727"],
        ]);
      });

      it("keeps text that is not ASCII, quotes and line breaks", async () => {
        await db.run("CREATE TABLE texts (id bigint, t text)");
        await db.run("INSERT INTO texts VALUES (1, 'Zoë €😀\n''\"\\'), (2, ''), (3, '\uFEFFmark')");
        expect(await read({ table: "texts", columns: ["t"] })).toEqual([["Zoë €😀\n'\"\\"], [""], ["\uFEFFmark"]]);
      });

      it("gives rows that are plain arrays", async () => {
        await fill("plain_rows", 1);
        const [row] = await read({ table: "plain_rows" });
        expect(Object.getOwnPropertyNames(row)).toEqual(["0", "length"]);
      });
    });

    describe("order", () => {
      it("orders integer ids by number and puts NULLs last", async () => {
        await db.run("CREATE TABLE by_number (id bigint)");
        await db.run("INSERT INTO by_number VALUES (10), (NULL), (9), (-1), (100), (NULL), (9)");
        expect(await ids({ table: "by_number" })).toEqual([-1n, 9n, 9n, 10n, 100n, null, null]);
      });

      it("orders ids kept as text by number and puts NULLs last", async () => {
        await db.run("CREATE TABLE by_text (id text)");
        await db.run(
          "INSERT INTO by_text VALUES ('10'), (NULL), ('9'), ('18446744073709551615'), ('1'), ('0'), ('100')",
        );
        expect(await ids({ table: "by_text" })).toEqual(["0", "1", "9", "10", "100", "18446744073709551615", null]);
      });

      it("survives ids that are no numbers", async () => {
        await db.run("CREATE TABLE by_garbage (id text)");
        await db.run("INSERT INTO by_garbage VALUES ('b'), (''), ('abc'), ('7'), ('é')");
        expect(new Set(await ids({ table: "by_garbage", pageSize: 2 }))).toEqual(new Set(["", "7", "b", "é", "abc"]));
      });

      it("orders by a column that is not among the columns read", async () => {
        await fill("by_other", 3);
        expect(await ids({ table: "by_other", columns: ["note"] })).toEqual(["note 1", "note 2", "note 3"]);
      });
    });

    describe("names", () => {
      it("matches names exactly: camelCase, dots and quotes", async () => {
        await db.run(`CREATE TABLE "Stream ""x"".y" ("streamId" bigint, "a""b" text, "select" text)`);
        await db.run(`INSERT INTO "Stream ""x"".y" VALUES (1, 'ab', 's')`);
        const table = `"Stream ""x"".y"`;
        expect(await read({ table, columns: ["streamId", 'a"b', "select"], orderBy: "streamId" })).toEqual([
          [1n, "ab", "s"],
        ]);
        await expect(read({ table, columns: ["streamid"], orderBy: "streamId" })).rejects.toMatchObject({
          code: "database_columns_missing",
        });
      });

      it("reads schema.table, with and without quotes", async () => {
        await fill("in_schema", 1);
        expect(await ids({ table: `${db.schema}.in_schema` })).toEqual([1n]);
        expect(await ids({ table: `"${db.schema}"."in_schema"` })).toEqual([1n]);
        await expect(ids({ table: "nowhere.in_schema" })).rejects.toMatchObject({ code: "database_table_missing" });
      });

      it("reads views", async () => {
        await fill("under_view", 2);
        await db.run("CREATE VIEW over_table AS SELECT id, note || '!' AS loud FROM under_view");
        expect(await read({ table: "over_table", columns: ["id", "loud"] })).toEqual([
          [1n, "note 1!"],
          [2n, "note 2!"],
        ]);
      });

      it("takes hostile names for names", async () => {
        await fill("hostage", 1);
        const hostile = [
          'hostage"; DROP TABLE hostage; --',
          "hostage; DROP TABLE hostage",
          'hostage" --',
          "hostage'--",
        ];
        for (const name of hostile) {
          const quoted = `"${name.replaceAll('"', '""')}"`;
          await expect(ids({ table: quoted })).rejects.toMatchObject({ code: "database_table_missing" });
          await expect(ids({ table: "hostage", columns: [name] })).rejects.toMatchObject({
            code: "database_columns_missing",
          });
          await expect(ids({ table: "hostage", orderBy: name })).rejects.toMatchObject({
            code: "database_columns_missing",
          });
          await expect(ids({ table: "hostage", only: { column: name, values: ["1"] } })).rejects.toMatchObject({
            code: "database_columns_missing",
          });
        }
        expect(await ids({ table: "hostage" })).toEqual([1n]);
      });

      it.each(["", "a.b.c", "a..b", ".a", "a.", 'a"b', '"a', '""', "a\0b"])(
        "refuses %j as a table's name",
        async (table) => {
          await expect(ids({ table })).rejects.toMatchObject({ kind: "usage", code: "database_name_invalid" });
        },
      );

      it("names the missing table's neighbours", async () => {
        await fill("payment_streams", 0);
        await expect(ids({ table: "PaymentStream" })).rejects.toMatchObject({
          kind: "usage",
          code: "database_table_missing",
          message: expect.stringContaining("PaymentStream"),
          details: [expect.stringContaining("payment_streams")],
          hints: expect.arrayContaining(["Did you mean payment_streams?"]),
        });
      });

      it("names all missing columns at once, each with its neighbour", async () => {
        await db.run("CREATE TABLE few_columns (id bigint, total_amount text, released_amount text)");
        const columns = ["id", "totalAmount", "release_amount", "zzz"];
        await expect(ids({ table: "few_columns", columns, orderBy: "on_chain" })).rejects.toMatchObject({
          kind: "usage",
          code: "database_columns_missing",
          message: expect.stringContaining("totalAmount, release_amount, zzz, on_chain"),
          details: [
            "totalAmount: did you mean total_amount?",
            "release_amount: did you mean released_amount?",
            "zzz: no column has a similar name",
            "on_chain: no column has a similar name",
            "Existing columns: id, total_amount, released_amount",
          ],
        });
      });
    });

    describe("where and only", () => {
      it("reads the rows that the operator's condition selects, comments and alternatives included", async () => {
        await fill("filtered", 5);
        expect(await ids({ table: "filtered", where: "id < 2 OR id > 4 -- both ends" })).toEqual([1n, 5n]);
        const only = { column: "id", values: ["2", "5"] };
        expect(await ids({ table: "filtered", where: "id < 2 OR id > 4", only })).toEqual([5n]);
      });

      it("says that the condition is wrong, and where it comes from", async () => {
        await fill("badly_filtered", 1);
        const broken = ["id = 1) OR (id = 2", "id = 1) /*", "id = 1) LIMIT 5 /*", "id = 1;", "id = 1 LIMIT 5"];
        for (const where of ["deleted_at IS NULL", "id = = 1", "id = 1)", ...broken]) {
          await expect(ids({ table: "badly_filtered", where })).rejects.toMatchObject({
            kind: "usage",
            code: "database_where_invalid",
            message: expect.stringContaining("database.where"),
            details: expect.arrayContaining([`database.where: ${where}`]),
          });
        }
      });

      it("compares `only` as text, whatever the column's type", async () => {
        await fill("chosen", 12);
        expect(await ids({ table: "chosen", only: { column: "id", values: ["11", "2", "7777", "02", ""] } })).toEqual([
          2n,
          11n,
        ]);
        expect(await ids({ table: "chosen", only: { column: "note", values: ["note 3"] } })).toEqual([3n]);
        expect(await ids({ table: "chosen", only: { column: "id", values: [] } })).toEqual([]);
      });

      it("selects by `equals`, together with the other conditions", async () => {
        await db.run("CREATE TABLE by_contract (id bigint, contract text, chain bigint)");
        await db.run(
          "INSERT INTO by_contract VALUES (1, 'CA', 7), (2, 'CB', 7), (3, 'CA', 8), (4, NULL, 7), (5, 'ca', 7)",
        );
        const table = "by_contract";
        expect(await ids({ table, equals: { column: "contract", value: "CA" } })).toEqual([1n, 3n]);
        expect(await ids({ table, equals: { column: "chain", value: "8" } })).toEqual([3n]);
        expect(await ids({ table, equals: { column: "contract", value: "' OR ''='" } })).toEqual([]);
        const all = {
          equals: { column: "contract", value: "CA" },
          only: { column: "id", values: ["2", "3"] },
          where: "chain = 8 OR chain = 7",
        };
        expect(await ids({ table, ...all })).toEqual([3n]);
        await expect(ids({ table, equals: { column: "Contract", value: "CA" } })).rejects.toMatchObject({
          code: "database_columns_missing",
        });
      });

      it("finds nothing for a value with a NUL, nor what comes before it", async () => {
        await fill("before_nul", 1);
        expect(await ids({ table: "before_nul", equals: { column: "id", value: "1\0" } })).toEqual([]);
        expect(await ids({ table: "before_nul", only: { column: "id", values: ["1\u00002"] } })).toEqual([]);
      });

      it("takes hostile values for values", async () => {
        await db.run("CREATE TABLE quoted_ids (id text)");
        const hostile = ["1'); DROP TABLE quoted_ids; --", "' OR '1'='1", '{"a",b}', "\\", 'x"y', "NULL", "é😀", "a,b"];
        for (const id of hostile) await db.run(`INSERT INTO quoted_ids VALUES ('${id.replaceAll("'", "''")}')`);
        for (const id of hostile) {
          expect(await ids({ table: "quoted_ids", only: { column: "id", values: [id] } })).toEqual([id]);
        }
        expect(await ids({ table: "quoted_ids", only: { column: "id", values: ["nobody"] } })).toEqual([]);
      });

      it("takes thousands of values", async () => {
        await fill("many_chosen", 3);
        const values = Array.from({ length: 40_000 }, (_, index) => String(index + 2));
        expect(await ids({ table: "many_chosen", only: { column: "id", values } })).toEqual([2n, 3n]);
      });
    });

    describe("pages", () => {
      it.each([
        { rows: 0, pageSize: 3, sizes: [] },
        { rows: 3, pageSize: 1, sizes: [1, 1, 1] },
        { rows: 6, pageSize: 3, sizes: [3, 3] },
        { rows: 7, pageSize: 3, sizes: [3, 3, 1] },
        { rows: 2, pageSize: 3, sizes: [2] },
        { rows: 250, pageSize: 100, sizes: [100, 100, 50] },
      ])("gives $rows rows in pages of $pageSize as $sizes", async ({ rows, pageSize, sizes }) => {
        const table = `paged_${rows}_${pageSize}`;
        await fill(table, rows);
        const pages = await readPages(client, queryOf({ table, pageSize }));
        expect(pages.map((page) => page.length)).toEqual(sizes);
        expect(pages.flat()).toEqual(Array.from({ length: rows }, (_, index) => [BigInt(index + 1)]));
      });

      it("refuses a page size that would read nothing", async () => {
        await fill("no_pages", 1);
        for (const pageSize of [0, -1, 1.5, Number.NaN]) {
          await expect(client.getStreams(queryOf({ table: "no_pages", pageSize }))).rejects.toThrow(RangeError);
        }
      });

      it("can be consumed once: a second time is an error, not an empty table", async () => {
        await fill("once", 2);
        const { pages } = await client.getStreams(queryOf({ table: "once" }));
        for await (const page of pages) expect(page).toHaveLength(2);
        expect(() => pages[Symbol.asyncIterator]()).toThrow("once");
      });

      it("shows the table as it was when the snapshot was opened", async () => {
        await fill("moving", 4);
        const { pages } = await client.getStreams(queryOf({ table: "moving", pageSize: 2, columns: ["id", "note"] }));
        let wrote = false;
        try {
          await db.run("UPDATE moving SET note = 'changed'");
          await db.run("DELETE FROM moving WHERE id > 2");
          await db.run("INSERT INTO moving VALUES (5, 'new')");
          wrote = true;
        } catch (fault) {
          expect(String(fault)).toContain("database is locked");
        }
        expect(wrote).toBe(db.writersWait !== true);
        expect((await collect(pages)).flat()).toEqual([1n, 2n, 3n, 4n].map((id) => [id, `note ${id}`]));
        expect(await ids({ table: "moving" })).toEqual(wrote ? [1n, 2n, 5n] : [1n, 2n, 3n, 4n]);
      });

      it("lets several snapshots be read at once", async () => {
        await fill("shared", 5);
        const query = queryOf({ table: "shared", pageSize: 2 });
        const [first, second] = await Promise.all([readPages(client, query), readPages(client, query)]);
        expect(first).toEqual(second);
        expect(first?.flat()).toHaveLength(5);
      });

      it("gives everything up when the reader leaves early", async () => {
        await fill("left_early", 300);
        const { pages } = await client.getStreams(queryOf({ table: "left_early", pageSize: 10 }));
        for await (const page of pages) {
          expect(page).toHaveLength(10);
          break;
        }
        // Would wait for a lock, or fail, if the snapshot still held one.
        await db.run("DROP TABLE left_early");
      });

      it("fails, and does not end, when the client is closed in the middle", async () => {
        await fill("closed_early", 300);
        const { pages } = await client.getStreams(queryOf({ table: "closed_early", pageSize: 10 }));
        const reading = pages[Symbol.asyncIterator]();
        expect((await reading.next()).done).toBe(false);
        await client.close();
        await expect(drain(reading)).rejects.toMatchObject({ kind: "unavailable", code: "database_connection_lost" });
      });
    });

    describe("abort", () => {
      it("does not start with a signal that is aborted", async () => {
        await fill("aborted_before", 1);
        const reason = new Error("stop");
        await expect(client.getStreams(queryOf({ table: "aborted_before" }), AbortSignal.abort(reason))).rejects.toBe(
          reason,
        );
      });

      it("ends the pages with the signal's reason", async () => {
        await fill("aborted_between", 300);
        const abort = new AbortController();
        const { pages } = await client.getStreams(queryOf({ table: "aborted_between", pageSize: 10 }), abort.signal);
        const reading = pages[Symbol.asyncIterator]();
        expect((await reading.next()).done).toBe(false);
        const reason = new Error("interrupted");
        abort.abort(reason);
        await expect(drain(reading)).rejects.toBe(reason);
        await db.run("DROP TABLE aborted_between");
      });

      it("ends pages that were never asked for, too", async () => {
        await fill("aborted_at_once", 300);
        const abort = new AbortController();
        const { pages } = await client.getStreams(queryOf({ table: "aborted_at_once", pageSize: 10 }), abort.signal);
        const reason = new Error("interrupted");
        abort.abort(reason);
        await expect(collect(pages)).rejects.toBe(reason);
      });
    });

    describe("global cursor", () => {
      const cursor = { table: '"IndexerState"', column: "lastLedger" };

      beforeAll(async () => {
        await db.run(`CREATE TABLE "IndexerState" (name text, "lastLedger" bigint)`);
        await db.run(`INSERT INTO "IndexerState" VALUES ('a', 41), ('b', 42)`);
        await fill("with_cursor", 1);
      });

      async function cursorOf(globalCursor?: StreamQuery["globalCursor"]): Promise<unknown> {
        const more = globalCursor === undefined ? {} : { globalCursor };
        const snapshot = await client.getStreams(queryOf({ table: "with_cursor", ...more }));
        expect((await collect(snapshot.pages)).flat()).toHaveLength(1);
        return snapshot.globalCursor;
      }

      it("is undefined when none is asked for, null when its table has no row", async () => {
        expect(await cursorOf()).toBeUndefined();
        expect(await cursorOf({ ...cursor, where: "name = 'c'" })).toBeNull();
      });

      it("is the value of the one row", async () => {
        expect(await cursorOf({ ...cursor, where: "name = 'b'" })).toBe(42n);
      });

      it("is refused when several rows could be meant, or the condition is wrong, or the table is missing", async () => {
        await expect(cursorOf(cursor)).rejects.toMatchObject({ kind: "usage", code: "database_cursor_ambiguous" });
        await expect(cursorOf({ ...cursor, where: "nmae = 1" })).rejects.toMatchObject({
          code: "database_where_invalid",
          message: expect.stringContaining("database.cursor.where"),
        });
        await expect(cursorOf({ ...cursor, where: "name = 'a') OR (name = 'b'" })).rejects.toMatchObject({
          code: "database_where_invalid",
        });
        await expect(cursorOf({ ...cursor, table: "IndexerStat" })).rejects.toMatchObject({
          code: "database_table_missing",
        });
        await expect(cursorOf({ ...cursor, column: "lastledger" })).rejects.toMatchObject({
          code: "database_columns_missing",
        });
      });
    });

    describe("the greatest value of a column", () => {
      beforeAll(async () => {
        await db.run("CREATE TABLE newest (id bigint, contract text, b bigint, t text, n numeric(20, 0))");
        await db.run(`INSERT INTO newest VALUES
          (1, 'ours', 10, '10', 10), (2, 'ours', 40, '40', 40), (3, 'theirs', 70, '70', 70),
          (4, 'ours', NULL, NULL, NULL), (5, 'ours', 4294967296, 'soon', 4294967296),
          (6, 'ours', 1760000000000, '1760000000000', 1760000000000), (7, 'ours', -5, '-5', -5),
          (8, 'ours', 0, '', 0), (9, 'ours', 9, ' 99 ', 9), (10, 'ours', 8, '9.9', 8)`);
        await db.run("CREATE TABLE newest_of_none (id bigint, b bigint)");
      });

      const newest = async (column: string, atMost: number, more: Partial<StreamQuery> = {}) => {
        const snapshot = await client.getStreams(queryOf({ table: "newest", greatest: { column, atMost }, ...more }));
        await collect(snapshot.pages);
        return snapshot.greatest;
      };

      it("is not told when nobody asks for it", async () => {
        const { pages, ...told } = await client.getStreams(queryOf({ table: "newest" }));
        await collect(pages);
        expect(told).not.toHaveProperty("greatest");
      });

      it.each(["b", "t", "n"])(
        "is the greatest that is no more than was said, in a column of any type: %s",
        async (column) => {
          expect(await newest(column, 1_000)).toBe(70n);
          expect(await newest(column, 70)).toBe(70n);
          expect(await newest(column, 69)).toBe(40n);
          expect(await newest(column, 39)).toBe(10n);
        },
      );

      it("is null when no row has one, or there is no row", async () => {
        expect(await newest("b", 70, { where: "id = 4" })).toBeNull();
        expect(await newest("t", 70, { where: "id IN (5, 6)" })).toBeNull();
        expect(await newest("b", 70, { table: "newest_of_none" })).toBeNull();
      });

      it("is that of all rows of the query, whichever of them are read", async () => {
        expect(await newest("b", 1_000, { only: { column: "id", values: ["1"] } })).toBe(70n);
        expect(await newest("b", 1_000, { only: { column: "id", values: [] } })).toBe(70n);
      });

      it("leaves out what is not of the query", async () => {
        expect(await newest("b", 1_000, { where: "id < 2" })).toBe(10n);
        const equals = { column: "contract", value: "ours" };
        expect(await newest("b", 1_000, { equals })).toBe(40n);
        expect(await newest("t", 1_000, { equals, where: "id <> 2" })).toBe(10n);
      });
    });

    describe("run records", () => {
      beforeEach(async () => {
        await db.run("DROP TABLE IF EXISTS reconciliation_runs");
        await db.run("DROP TABLE IF EXISTS reconciliation_chain_heads");
      });

      const SUMMARY = {
        streamsChecked: 9_007_199_254_740_991,
        inSync: 1,
        drifted: 2,
        lagging: 3,
        missingOnChain: 4,
        missingInDb: 5,
        violations: 6,
        unchecked: 7,
        ignored: 8,
        confirmation: { found: 9, dismissed: 10, confirmed: 11 },
      };
      const COMPLETE: RunRecord = {
        runId: "run-1",
        startedAt: "2025-06-01T10:00:00.000Z",
        finishedAt: "2025-06-01T10:00:01.500Z",
        status: "DRIFT",
        exitCode: 3,
        scope: '["stream_2"]',
        requestedBy: "o'brien@host",
        service: "payments",
        keyId: "2026-11",
        toolVersion: "1.2.3",
        contractId: "CCONTRACT",
        network: "testnet",
        ledgerFirst: 4_000_000_000,
        ledgerLast: 4_000_000_001,
        summary: SUMMARY,
        report: '{ "b": 1,\n  "a": "Zoë €😀 \\u0000",   "b": 1.10 }\n',
      };
      const RUNNING: RunRecord = {
        ...COMPLETE,
        finishedAt: null,
        status: "RUNNING",
        exitCode: null,
        network: null,
        ledgerFirst: null,
        ledgerLast: null,
        summary: null,
        report: null,
      };

      const stored = (columns: string) =>
        db
          .rows(`SELECT ${columns} FROM reconciliation_runs ORDER BY run_id`)
          .then((rows) => rows.map((row) => row.map(textOf)));

      it("says whether runs can be recorded, and makes the table once", async () => {
        expect(await client.canRecordRuns()).toBe(false);
        await client.createRunTable();
        expect(await client.canRecordRuns()).toBe(true);
        await client.updateLastRunStatus(RUNNING, appending(RUNNING));
        await client.createRunTable();
        expect(await client.canRecordRuns()).toBe(true);
        expect(await stored("run_id")).toEqual([["run-1"]]);
      });

      it("inserts a record, then replaces it", async () => {
        await client.createRunTable();
        await client.updateLastRunStatus(RUNNING, appending(RUNNING));
        await client.updateLastRunStatus({ ...RUNNING, runId: "run-0" }, appending({ ...RUNNING, runId: "run-0" }));
        expect(await stored("run_id, status, exit_code, finished_at, network, ledger_first, in_sync, report")).toEqual([
          ["run-0", "RUNNING", null, null, null, null, null, null],
          ["run-1", "RUNNING", null, null, null, null, null, null],
        ]);
        await client.updateLastRunStatus(COMPLETE, appending(COMPLETE));
        expect(
          await stored(
            "run_id, status, exit_code, scope, requested_by, tool_version, contract_id, network, ledger_first, ledger_last, " +
              "streams_checked, in_sync, drifted, lagging, missing_on_chain, missing_in_db, violations, unchecked",
          ),
        ).toEqual([
          expect.arrayContaining(["run-0", "RUNNING"]),
          [
            ...["run-1", "DRIFT", "3", '["stream_2"]', "o'brien@host", "1.2.3", "CCONTRACT", "testnet"],
            ...["4000000000", "4000000001", "9007199254740991", "1", "2", "3", "4", "5", "6", "7"],
          ],
        ]);
      });

      it("has records in the order of their numbers, however many digits these have", async () => {
        await client.createRunTable();
        const newest: (string | null | undefined)[] = [];
        for (let i = 1; i <= 12; i++) {
          // Neither the ids nor the texts of the numbers are in that order.
          const record = { ...COMPLETE, runId: `run-${100 - i}` };
          const sealing = appending(record);
          const next: Sealing["next"] = (state) => {
            newest.push(state.newest?.sequence);
            return sealing.next(state);
          };
          await client.updateLastRunStatus(record, { ...sealing, next });
        }
        expect(newest.slice(-3)).toEqual(["9", "10", "11"]);
        const { runs } = await client.readRuns({ contractId: COMPLETE.contractId });
        const numbers = (await collect(runs)).map(({ sequence }) => sequence);
        expect(numbers).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]);
      });

      it("keeps the report byte for byte", async () => {
        await client.createRunTable();
        await client.updateLastRunStatus(COMPLETE, appending(COMPLETE));
        expect(await stored("CAST(report AS text)")).toEqual([[COMPLETE.report]]);
      });

      it("keeps the instants", async () => {
        await client.createRunTable();
        await client.updateLastRunStatus(COMPLETE, appending(COMPLETE));
        const [[started, finished] = []] = await db.rows("SELECT started_at, finished_at FROM reconciliation_runs");
        expect([started, finished].map((value) => new Date(String(value)).toISOString().slice(0, 19))).toEqual([
          "2025-06-01T10:00:00",
          "2025-06-01T10:00:01",
        ]);
      });

      it("refuses a table of another shape, and says so", async () => {
        await db.run("CREATE TABLE reconciliation_runs (run_id text PRIMARY KEY, started_at text)");
        await expect(client.canRecordRuns()).rejects.toMatchObject({
          kind: "usage",
          code: "run_table_shape",
          details: [expect.stringContaining("exit_code")],
          hints: [expect.stringContaining("migrate"), expect.stringContaining("--dry-run")],
        });
      });

      it("refuses a table that a record does not fit, although it has all columns", async () => {
        await client.createRunTable();
        await db.run("ALTER TABLE reconciliation_runs RENAME TO right_shape");
        await db.run("DROP TABLE IF EXISTS wrong_shape");
        await db.run("CREATE TABLE reconciliation_runs AS SELECT * FROM right_shape");
        await db.run("DROP TABLE right_shape");
        await expect(client.canRecordRuns()).rejects.toMatchObject({ kind: "usage", code: "run_table_shape" });
      });

      it("writes no record any more once it is closed, although the way was not free before", async () => {
        await client.createRunTable();
        await db.run("BEGIN");
        const inTheWay = "INSERT INTO reconciliation_chain_heads (contract_id, sequence, record_digest)";
        await db.run(`${inTheWay} VALUES ('${RUNNING.contractId}', 1, 'x')`);
        const stopped = await db.open();
        const waiting = stopped.updateLastRunStatus(RUNNING, appending(RUNNING)).catch((fault: unknown) => fault);
        await stopped.close();
        await db.run("ROLLBACK");
        expect(await waiting).toMatchObject({ kind: "unavailable", code: "run_record_failed" });
        expect(await stored("run_id")).toEqual([]);
      });

      it("leaves no trace of having tried", async () => {
        await client.createRunTable();
        await client.canRecordRuns();
        expect(await stored("run_id")).toEqual([]);
      });

      it("makes the run incomplete when the record cannot be written", async () => {
        await expect(client.updateLastRunStatus(COMPLETE, appending(COMPLETE))).rejects.toMatchObject({
          kind: "unavailable",
          code: "run_record_failed",
          hints: [expect.stringContaining("reconcile-streams migrate")],
        });
      });
    });
  });
}

export async function readPages(client: DbClient, query: StreamQuery): Promise<(readonly StreamRow[])[]> {
  return collect((await client.getStreams(query)).pages);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export async function drain(reading: AsyncIterator<unknown>): Promise<void> {
  while ((await reading.next()).done !== true);
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value);
}
