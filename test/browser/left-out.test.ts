import { spawnSync } from "node:child_process";
import { join } from "node:path";

const JEST = join("node_modules", "jest", "bin", "jest.js");

/** Runs the tests in the browser on a machine that has none, and returns what is printed. */
function withoutChromium(...args: string[]) {
  const { RECONCILE_TEST_CHROMIUM: _required, ...env } = process.env;
  const flags = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"];
  return spawnSync(process.execPath, [...flags, JEST, "test/browser/html-report.test.ts", ...args], {
    env: { ...env, PATH: "" },
    encoding: "utf8",
  });
}

it("ends with a warning when the browser's tests were left out", () => {
  const { status, stderr } = withoutChromium();
  expect(status).toBe(0);
  const end = stderr.slice(stderr.indexOf("Ran all test suites"));
  expect(end).toMatch(
    /WARNING: SOME TESTS WERE LEFT OUT\n {2}\d+ in .*html-report\.test\.ts: there is no Chromium on the PATH.*NOT TESTED\n/,
  );
});

it("does not warn when tests were chosen by name", () => {
  const { status, stderr } = withoutChromium("-t", "is complete without its script");
  expect([status, stderr.includes("LEFT OUT")]).toEqual([0, false]);
});
