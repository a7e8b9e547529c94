import { cut, cutItems, withTextsCut } from "../../../src/core/values/cut.js";

describe("a text from outside", () => {
  it("stays as it is up to 2,000 characters", () => {
    const text = "x".repeat(2_000);
    expect(cut(text)).toBe(text);
  });

  it("is cut beyond, and says how long it was", () => {
    expect(cut("x".repeat(2_001))).toBe(`${"x".repeat(2_000)}… (2,001 characters, cut)`);
    expect(cut("x".repeat(3_000_000))).toBe(`${"x".repeat(2_000)}… (3,000,000 characters, cut)`);
  });

  it("is not cut in the middle of a character", () => {
    expect(cut(`${"x".repeat(1_999)}💧${"x".repeat(9)}`)).toBe(`${"x".repeat(1_999)}… (2,010 characters, cut)`);
    expect(cut(`${"x".repeat(1_998)}💧${"x".repeat(9)}`)).toBe(`${"x".repeat(1_998)}💧… (2,009 characters, cut)`);
  });

  it("is cut in an object, which else is the same one", () => {
    const short = { streamId: "s", code: null, count: 7, more: ["x".repeat(5_000)] };
    expect(withTextsCut(short)).toBe(short);
    const long = { ...short, streamId: "s".repeat(2_001) };
    expect(withTextsCut(long)).toEqual({ ...short, streamId: cut("s".repeat(2_001)) });
  });
});

it("says how many items of a list are not shown", () => {
  expect(cutItems(19_980)).toBe("… (19,980 more, cut)");
});
