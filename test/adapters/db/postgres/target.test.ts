import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import { readPostgresUrl } from "../../../../src/adapters/db/postgres/session/target.js";

const QUERY = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 10 };

describe("readPostgresUrl", () => {
  it("refuses what it cannot read, and does not repeat it", async () => {
    const urls = [
      "postgres://user:s3cret#1@host/db",
      "postgres://user:s3cret%zz@host/db",
      "postgres://user:s3cret@one,two/db",
      "postgres://user:s3cret@host:99999/db",
      "postgres://user:s3cret@host/db?connect_timeout=soon",
    ];
    for (const url of urls) {
      const fault = await readPostgresUrl(url).catch((error: unknown) => error);
      expect(fault).toMatchObject({ kind: "usage", code: "database_url_invalid" });
      expect(JSON.stringify([(fault as Error).message, fault])).not.toContain("s3cret");
      expect(fault).not.toHaveProperty("cause");
    }
  });

  it("takes what it reads itself out of the URL", async () => {
    const target = await readPostgresUrl(
      "postgres://u:p%23@h/db?sslmode=require&connect_timeout=3&application_name=x#y",
    );
    expect(target).toMatchObject({
      connectionString: "postgres://u:p%23@h/db?application_name=x",
      connectTimeout_ms: 3_000,
      tls: { plainAllowed: false },
    });
    expect(await readPostgresUrl("postgres://h/db?connect_timeout=0")).toMatchObject({
      connectionString: "postgres://h/db",
      connectTimeout_ms: 10_000,
    });
    expect(await readPostgresUrl("postgres://u@/db?host=/run/postgresql", 50)).toMatchObject({ connectTimeout_ms: 50 });
  });

  it("says that the driver does not take a parameter", async () => {
    const client = await openPostgres("postgres://u:s3cret@localhost/db?sslnegotiation=never");
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({
      kind: "usage",
      code: "database_url_invalid",
      details: [expect.stringContaining("sslnegotiation")],
    });
  });

  it("looks for a Unix socket where the URL names one", async () => {
    const client = await openPostgres("postgres://u@/db?host=/nowhere&sslmode=disable");
    await expect(client.getStreams(QUERY)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("/nowhere"),
    });
  });
});
