import { faultCode, faultMessage, isBug } from "../../../src/adapters/db/fault.js";
import { statementFault } from "../../../src/adapters/db/postgres/session/statement-fault.js";
import { sqliteFault } from "../../../src/adapters/db/sqlite/sqlite-fault.js";

describe("faultMessage", () => {
  it("tells every failed address of a host, when the error as a whole says nothing", () => {
    const fault = Object.assign(new AggregateError([new Error("refused ::1"), new Error("refused 127.0.0.1")]), {
      code: "ECONNREFUSED",
    });
    expect(faultMessage(fault)).toBe("refused ::1; refused 127.0.0.1");
    expect(faultCode(fault)).toBe("ECONNREFUSED");
  });

  it("finds something to say about anything", () => {
    expect(faultMessage(Object.assign(new Error(""), { code: "EPIPE" }))).toBe("EPIPE");
    expect(faultMessage({})).toBe("unknown error");
    expect(faultMessage("text")).toBe("text");
    expect(faultMessage(null)).toBe("null");
    expect(faultCode(undefined)).toBeUndefined();
    expect(faultCode({ code: 5 })).toBeUndefined();
  });
});

it("does not take a bug of this program for a database that could not be read", () => {
  for (const bug of [new TypeError("x is not a function"), new RangeError("invalid")]) {
    expect(isBug(bug)).toBe(true);
    expect(statementFault(bug, "localhost:5432")).toBe(bug);
    expect(sqliteFault(bug, "streams.db")).toBe(bug);
  }
  const coded = Object.assign(new TypeError("invalid file"), { code: "ERR_X" });
  expect(isBug(coded)).toBe(false);
});

describe("statementFault", () => {
  const fromServer = (code: string) => Object.assign(new Error("said the server"), { code, severity: "ERROR" });

  it.each([
    ["57014", "database_read_failed", "statement_timeout"],
    ["55P03", "database_read_failed", "lock"],
    ["25P03", "database_read_failed", "idle_in_transaction_session_timeout"],
    ["25P04", "database_read_failed", "transaction_timeout"],
    ["57P01", "database_connection_lost", "run again"],
    ["08006", "database_connection_lost", "run again"],
    ["40001", "database_read_failed", "hot_standby_feedback"],
    ["53100", "database_read_failed", "disk"],
    ["XX001", "database_read_failed", "SQLSTATE"],
    ["22P02", "database_read_failed", "SQLSTATE"],
  ])("%s is a database that could not be read: %s, %s", (code, expected, hint) => {
    expect(statementFault(fromServer(code), "localhost:5432")).toMatchObject({
      kind: "unavailable",
      code: expected,
      hints: [expect.stringContaining(hint)],
      details: [`PostgreSQL at localhost:5432 says: said the server (SQLSTATE ${code})`],
    });
  });

  it("does not take a broken line for what the server says", () => {
    const fault = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    expect(statementFault(fault, "localhost:5432", { key: "database.where", sql: "true" })).toMatchObject({
      kind: "unavailable",
      code: "database_connection_lost",
    });
  });
});
