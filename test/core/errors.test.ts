import { ConfigurationError, ReconcileError, UnavailableError } from "../../src/core/errors.js";

describe("expected failures", () => {
  it.each([
    [ConfigurationError, "usage"],
    [UnavailableError, "unavailable"],
  ] as const)("carry what a person needs: %p", (Failure, kind) => {
    const cause = new Error("socket hang up");
    const error = new Failure("a_code", "It failed.", { details: ["here"], hints: ["do this"], cause });
    expect(error).toBeInstanceOf(ReconcileError);
    expect(error).toMatchObject({ name: Failure.name, kind, code: "a_code", message: "It failed." });
    expect([error.details, error.hints, error.cause]).toEqual([["here"], ["do this"], cause]);
  });

  it("may have nothing to add, and then have no cause at all", () => {
    const error = new UnavailableError("a_code", "It failed.");
    expect([error.details, error.hints, Object.hasOwn(error, "cause")]).toEqual([[], [], false]);
  });
});
