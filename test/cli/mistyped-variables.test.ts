import { mistypedVariables } from "../../src/cli/config/variables.js";
import { cli } from "../support/cli-io.js";

const meant = (env: Record<string, string>, all = true, used: readonly string[] = []) =>
  mistypedVariables(env, all, new Set(used)).map((line) => /did you mean (\w+)\?$/.exec(line)?.[1]);

describe("environment variables that were probably meant to be ours", () => {
  it.each([
    ["DATABASE_URI", "DATABASE_URL"],
    ["DATABSE_URL", "DATABASE_URL"],
    ["database_url", "DATABASE_URL"],
    ["SOROBAN_RPC", "SOROBAN_RPC_URL"],
    ["CONTRACT_ID", "STREAM_CONTRACT_ID"],
    ["STREAM_CONTRACT", "STREAM_CONTRACT_ID"],
    ["RECONCILE_TOLERNCE", "RECONCILE_TOLERANCE"],
  ])("%s is %s", (name, known) => {
    expect(meant({ [name]: "value" })).toEqual([known]);
  });

  it.each(["PATH", "HOME", "RPC_URL", "CONFIG", "URL", "RECONCILE_DB_PASSWORD", "RECONCILE_TOKEN", "DATABASE_HOST"])(
    "%s is not one",
    (name) => {
      expect(meant({ [name]: "value" })).toEqual([]);
    },
  );

  it("are not mentioned when they are empty, or when the right one is set, too", () => {
    expect(meant({ DATABASE_URI: "" })).toEqual([]);
    expect(meant({ DATABASE_URI: "x", DATABASE_URL: "y" })).toEqual([]);
  });

  it("are not those that the configuration file refers to", () => {
    expect(meant({ RECONCILE_KEY: "x" }, false)).toEqual(["RECONCILE_KEY_ID"]);
    expect(meant({ RECONCILE_KEY: "x" }, false, ["RECONCILE_KEY"])).toEqual([]);
  });

  it("are not guessed at in a run that lacks nothing, but for our own prefix", () => {
    expect(meant({ DATABASE_URI: "x", RECONCILE_TOLERNCE: "1" }, false)).toEqual(["RECONCILE_TOLERANCE"]);
  });

  it("are said after the demo's notice, without their values", async () => {
    const { code, stderr } = await cli(["--dry-run"], { env: { DATABASE_URI: "postgres://user:secret@host/db" } });
    expect(code).toBe(4);
    expect(stderr).toBe(
      "Nothing is configured: this is the bundled demo, not your data.\n" +
        "The environment variable DATABASE_URI is not used: did you mean DATABASE_URL?\n",
    );
  });

  it("are said where a part of the configuration is missing", async () => {
    const env = { DATABASE_URL: "postgres://host/db", SOROBAN_RPC: "https://rpc.example.com/key", CONTRACT_ID: "C" };
    const { code, stderr } = await cli(["--dry-run"], { env });
    expect(code).toBe(2);
    expect(stderr).toContain("→ The environment variable SOROBAN_RPC is not used: did you mean SOROBAN_RPC_URL?\n");
    expect(stderr).toContain("→ The environment variable CONTRACT_ID is not used: did you mean STREAM_CONTRACT_ID?\n");
    expect(stderr).not.toContain("rpc.example.com");
  });
});
