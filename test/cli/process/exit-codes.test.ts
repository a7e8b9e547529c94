import { EXIT_OF_SIGNAL, exitOfError, exitOfPrinted } from "../../../src/cli/process/exit-codes.js";
import { ConfigurationError, RunLocked, UnavailableError } from "../../../src/core/errors.js";

it("turns a green run whose output was lost into an incomplete one, and keeps every other code", () => {
  const codes = [0, 1, 2, 3, 4, 5, 130, 143];
  expect(codes.map((code) => exitOfPrinted(code, true))).toEqual(codes);
  expect(codes.map((code) => exitOfPrinted(code, false))).toEqual([5, ...codes.slice(1)]);
});

it.each([
  ["wrong input", new ConfigurationError("config_empty", "m"), 2],
  ["something unavailable", new UnavailableError("timed_out", "m"), 5],
  ["another run at work", new RunLocked(null, "m"), 5],
  ["a bug", new TypeError("m"), 1],
  ["what is no error at all", "m", 1],
])("tells %s by its exit code", (_what, error, code) => {
  expect(exitOfError(error)).toBe(code);
});

it("ends as a shell expects of a program that a signal has stopped", () => {
  expect(EXIT_OF_SIGNAL).toEqual({ SIGINT: 128 + 2, SIGTERM: 128 + 15 });
});
