import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld } from "../support/cli-world.js";
import { send } from "../support/raw-http.js";
import { AUTH, SECRET, startService } from "../support/service.js";

let world: CliWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const serve = async (auth: object, ...args: string[]) =>
  cli(["serve", "--config", await world.write("config.json", { auth }), ...world.overSnapshot, ...args]);

describe("serve does not start", () => {
  it.each([
    ["without keys", {}, /has no keys/],
    ["with no key left", { keys: {}, allowedServices: ["scheduler"] }, /has no keys/],
    ["without services", { keys: AUTH.keys }, /No service is allowed to ask for runs/],
    ["with an empty secret", { ...AUTH, keys: { "key-1": "" } }, /auth\.keys\.key-1: must not be empty/],
    ["with a secret that is not set", { ...AUTH, keys: { "key-1": "\u0024{MISSING}" } }, /MISSING is not set/],
  ])("%s", async (_name, auth, message) => {
    const { code, stdout, stderr } = await serve(auth);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(SECRET);
  });

  it.each([
    [["--port", "65536"], /--port: "65536" is not a whole number from 0 to 65535/],
    [["--port", "http"], /--port: "http" is not a whole number/],
    [["--run-timeout", "0"], /--run-timeout: "0" is not a whole number from 1/],
    [["--grace", "-1"], /--grace: "-1" is not a whole number from 0/],
    [["--host", "a b"], /--host: "a b" is not a host name/],
    [["--host", "192.0.2.1"], /cannot listen on 192\.0\.2\.1/],
  ])("with %j", async (args, message) => {
    const { code, stderr } = await serve(AUTH, ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it.each([["--dry-run"], ["--limit", "3"], ["--timeout", "3"], ["--format", "json"], ["--requested-by", "me"]])(
    "with %s before the command: each request says that",
    async (...flags) => {
      const { code, stderr } = await cli([...flags, "serve"]);
      expect(code).toBe(2);
      expect(stderr).toContain(`${flags[0]} is not an option of serve`);
    },
  );

  it("where another process listens", async () => {
    const config = await world.write("config.json", { auth: AUTH });
    const service = await startService(["--config", config, ...world.overSnapshot]);
    try {
      const { code, stderr } = await serve(AUTH, "--port", new URL(service.url).port);
      expect(code).toBe(2);
      expect(stderr).toMatch(/EADDRINUSE[\s\S]*--port/);
    } finally {
      await service.stop();
    }
  });
});

it("serve warns when it can be reached from elsewhere, and says what it remembers where", async () => {
  const config = await world.write("config.json", { auth: AUTH });
  const service = await startService(["--config", config, "--host", "0.0.0.0", ...world.overSnapshot]);
  expect(service.log()).toMatch(/"notice","message":"0\.0\.0\.0 is not the loopback address/);
  expect(service.log()).toMatch(/remembered in memory only/);
  expect(service.events("listening")).toMatchObject([{ replays: "memory", demo: false }]);
  await service.stop();
});

it("serve works on the demo, and says that it is one", async () => {
  const config = await world.write("demo.json", { auth: AUTH });
  const service = await startService(["--config", config]);
  expect(service.log()).toContain("this is the bundled demo");
  expect(await send(service.url, { method: "GET", path: "/health", headers: [] })).toMatchObject({ status: 200 });
  await service.stop();
});
