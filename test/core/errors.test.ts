import { ConfigurationError, ReconcileError, UnavailableError } from "../../src/core/errors.js";

describe("expected failures", () => {
  it.each([
    [ConfigurationError, "usage"],
    [UnavailableError, "unavailable"],
  ] as const)("carry what a person needs: %p", (Failure, kind) => {
    const cause = new Error("socket hang up");
    const error = new Failure("database_unreachable", "It failed.", { details: ["here"], hints: ["do this"], cause });
    expect(error).toBeInstanceOf(ReconcileError);
    expect(error).toMatchObject({ name: Failure.name, kind, code: "database_unreachable", message: "It failed." });
    expect([error.details, error.hints, error.cause]).toEqual([["here"], ["do this"], cause]);
  });

  it("may have nothing to add, and then have no cause at all", () => {
    const error = new UnavailableError("database_unreachable", "It failed.");
    expect([error.details, error.hints, Object.hasOwn(error, "cause")]).toEqual([[], [], false]);
  });
});
