import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildIfStale } from "../support/cli-binary.js";

it("the tables of codes and the JSON Schema are what the sources say: npm run docs writes them", async () => {
  buildIfStale();
  const { stderr } = await promisify(execFile)(process.execPath, ["scripts/docs.mjs", "--check"]);
  expect(stderr).toBe("");
});
