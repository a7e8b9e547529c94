import { execFileSync } from "node:child_process";
import { CHAINS, chainOf, openChain } from "../../../src/cli/sources/chains.js";
import { DATABASES, databaseOf, openDb } from "../../../src/cli/sources/databases.js";
import { mistakeIn, type Source } from "../../../src/cli/sources/source.js";
import { fileOf, urlSecrets, withAbsolutePath } from "../../../src/cli/sources/urls.js";
import { readPages } from "../../ports/db-client.contract.js";
import { ManualClock } from "../../support/manual-clock.js";
import { createTestDatabase } from "../../support/postgres.js";
import { createTestSqlite } from "../../support/sqlite.js";

const QUERY = { table: "streams", columns: ["id"], orderBy: "id", pageSize: 10 };
const SOURCES: readonly (readonly [string, Source])[] = [...Object.entries(DATABASES), ...Object.entries(CHAINS)];

describe("a URL", () => {
  it("chooses the database by its scheme", async () => {
    const postgres = await createTestDatabase();
    await postgres.query("CREATE TABLE streams (id bigint); INSERT INTO streams VALUES (1)");
    const sqlite = await createTestSqlite();
    sqlite.run("CREATE TABLE streams (id integer); INSERT INTO streams VALUES (2)");
    for (const [url, id] of [
      [postgres.url, 1n],
      [postgres.url.replace("postgres:", "postgresql:"), 1n],
      [sqlite.url, 2n],
      [`sqlite://${sqlite.path}`, 2n],
    ] as const) {
      const client = await openDb(url);
      expect(await readPages(client, QUERY)).toEqual([[[id]]]);
      await client.close();
    }
    await postgres.drop();
    await sqlite.drop();
  });

  it.each(["mysql://root:s3cret@host/db", "host=db password=s3cret", "./streams.db", ""])(
    "of no source opens nothing and is not repeated: %s",
    async (url) => {
      expect(() => openDb(url)).toThrow("The configuration accepted a database URL that no database handles.");
      const io = { clock: new ManualClock(), random: () => 0.5 };
      const open = () => openChain({ url, concurrency: null }, io);
      expect(open).toThrow("The configuration accepted a chain URL that no chain source handles.");
    },
  );

  it.each(SOURCES)(
    "of %s is right as its messages write it, and wrong without what follows the scheme",
    (_, source) => {
      const sources = { source };
      for (const scheme of source.schemes) {
        const url = source.isFile ? `${scheme}:./file` : `${scheme}://host/path`;
        expect(mistakeIn(url, sources)).toBeNull();
        for (const wrong of [`${scheme}:`, `${scheme}://`, scheme, `x${url}`]) {
          expect(mistakeIn(wrong, sources)).toContain(`expected ${source.forms[0]}`);
        }
      }
    },
  );

  it("has a scheme of one source only", () => {
    const schemes = SOURCES.flatMap(([, source]) => source.schemes);
    expect(schemes).toEqual([...new Set(schemes)]);
  });
});

describe("the secrets of a URL", () => {
  it.each(SOURCES.filter(([, { isFile }]) => !isFile))("of %s are the URL and its passwords", (_, { schemes }) => {
    for (const scheme of schemes) {
      const url = `${scheme}://user:s3%63ret@host/x?password=other`;
      expect(urlSecrets(url)).toEqual(expect.arrayContaining([url, "s3%63ret", "s3cret", "other"]));
      expect(urlSecrets(`${scheme}://host/x`)).toEqual([]);
    }
  });

  it("of a scheme that no source has are hidden all the same", () => {
    const url = "mysql://root:s3cret@host/db";
    expect(urlSecrets(url)).toEqual([url, "s3cret", "s3cret"]);
  });

  it.each([
    "",
    "sqlite:./a:b@c.db",
    "snapshot:./x",
    "https://",
    "http:",
    "postgres://",
    "./streams.db",
    "localhost:80",
  ])("are none in %j", (url) => expect(urlSecrets(url)).toEqual([]));

  it("of a node are its user, its query and a path that may be a key", () => {
    expect(urlSecrets("https://user@host/v1/0123456789?key=k")).toEqual(
      expect.arrayContaining(["user", "?key=k", "/v1/0123456789"]),
    );
    expect(urlSecrets("https://host:%zz@/x")).toEqual(["https://host:%zz@/x"]);
  });
});

describe("the path in a file's URL", () => {
  it.each([
    ["sqlite:streams.db", "streams.db"],
    ["sqlite:./a/streams.db", "./a/streams.db"],
    ["sqlite:/abs/streams.db", "/abs/streams.db"],
    ["sqlite://a/streams.db", "a/streams.db"],
    ["sqlite:///abs/streams.db", "/abs/streams.db"],
    ["sqlite:a%20b#c?.db", "a%20b#c?.db"],
    ["snapshot:a:b.json", "a:b.json"],
    ["postgres://h/d", null],
    ["https://h/d", null],
    ["", null],
  ])("%s: %s", (url, path) => expect(fileOf(url)).toBe(path));

  it.each([
    ["sqlite:a.db", "sqlite:/base/a.db"],
    ["sqlite:../a.db", "sqlite:/a.db"],
    ["sqlite://a.db", "sqlite:/base/a.db"],
    ["sqlite:////abs/a.db", "sqlite:/abs/a.db"],
    ["snapshot:./a.json", "snapshot:/base/a.json"],
    ["postgres://h/./d", "postgres://h/./d"],
    ["", ""],
  ])("%s starts at the file that has it: %s", (url, absolute) => {
    expect(withAbsolutePath(url, "/base")).toBe(absolute);
    expect(withAbsolutePath(absolute, "/elsewhere")).toBe(absolute);
  });

  it("must be there, and must be one", () => {
    for (const url of ["sqlite:", "sqlite://", "sqlite:a\0b"]) expect(mistakeIn(url, DATABASES)).not.toBeNull();
  });
});

it("tells where a chain is without its secrets", () => {
  for (const [url, place] of [
    ["https://u:s3cret@host:8000/v1/key?k=v", "https://host:8000"],
    ["snapshot:/a/b.json", "/a/b.json"],
  ] as const) {
    expect(chainOf(url).placeOf(url)).toBe(place);
  }
});

it("knows which databases processes can share", () => {
  expect(databaseOf("sqlite:x.db").signatures).toBeNull();
  expect(databaseOf("postgres://h/d").signatures).not.toBeNull();
});

it("loads no driver before something is opened", () => {
  // Which modules a plain process would load: the static imports, followed.
  const script = `
    import { readFileSync } from "node:fs";
    const seen = new Set();
    const follow = (file) => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(file, "utf8");
      for (const [, name] of text.matchAll(/^(?:import|export) (?!type)[^;]*? from "([^"]+)";/gm)) {
        if (name.startsWith(".")) follow(new URL(name.replace(/\\.js$/, ".ts"), file));
        else seen.add(name);
      }
    };
    follow(new URL("src/cli/sources/urls.ts", "file://" + process.cwd() + "/"));
    console.log([...seen].map(String).filter((name) => name.includes("/adapters/") || !/^(file|node):/.test(name)).join());`;
  expect(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }).trim()).toBe("");
});
