import { connect, createServer, type Server, type Socket } from "node:net";
import { openPostgres } from "../../../../src/adapters/db/postgres/open-postgres.js";
import { createTestDatabase, type TestDatabase } from "../../../support/postgres.js";

/** The code of an SSLRequest, the first thing a client says that wants TLS. */
const SSL_REQUEST = 80877103;

let database: TestDatabase;
let server: Server;
let url: URL;
let refusals = 0;

/** The real server, seen through a proxy that declines TLS as a server without it does. */
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query("CREATE TABLE streams (id bigint)");
  const real = new URL(database.url);
  server = createServer((client) => {
    client.once("data", (hello) => {
      if (hello.readInt32BE(4) === SSL_REQUEST) {
        refusals += 1;
        client.end("N");
        return;
      }
      const upstream = connect(Number.parseInt(real.port, 10), "127.0.0.1");
      upstream.write(hello);
      join(client, upstream);
    });
    client.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = new URL(database.url);
  url.host = `127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`;
});
afterAll(async () => {
  server.close();
  await database.drop();
});

function join(one: Socket, other: Socket): void {
  one.pipe(other);
  other.pipe(one);
  other.on("error", () => one.destroy());
}

const QUERY = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 1 };

it.each(["", "?sslmode=prefer", "?sslmode=allow"])("goes on without TLS where that was allowed: %j", async (search) => {
  refusals = 0;
  url.search = search;
  const client = await openPostgres(url.href);
  expect((await client.getStreams(QUERY)).globalCursor).toBeUndefined();
  expect(refusals).toBe(1);
  await client.close();
});

it("says so where it was not", async () => {
  url.search = "?sslmode=require";
  const client = await openPostgres(url.href);
  await expect(client.getStreams(QUERY)).rejects.toMatchObject({
    kind: "usage",
    code: "database_tls",
    message: expect.stringContaining("does not support TLS"),
  });
});

it("explains a failure of the second attempt as that of the first", async () => {
  url.search = "";
  const wrong = new URL(url);
  wrong.password = "wrong";
  const client = await openPostgres(wrong.href);
  await expect(client.getStreams(QUERY)).rejects.toMatchObject({ kind: "usage", code: "database_credentials" });
});
