import fc from "fast-check";
import { readTimestamp } from "../../../src/core/values/column-value.js";
import { UnreadableValue } from "../../../src/core/values/field.js";

describe("timestamps", () => {
  it.each([
    [null, null],
    ["1700000000", 1_700_000_000n],
    [1_700_000_000n, 1_700_000_000n],
    [1_700_000_000, 1_700_000_000n],
    ["18446744073709551615", 18_446_744_073_709_551_615n],
    ["2023-11-14 22:13:20", 1_700_000_000n],
    ["2023-11-14T22:13:20Z", 1_700_000_000n],
    ["2023-11-14t22:13:20z", 1_700_000_000n],
    ["2023-11-14 22:13:20+00", 1_700_000_000n],
    ["2023-11-14 22:13:20.000000+00", 1_700_000_000n],
    ["2023-11-15 00:13:20+02", 1_700_000_000n],
    ["2023-11-15 03:43:20+05:30", 1_700_000_000n],
    ["2023-11-15 03:43:20+0530", 1_700_000_000n],
    ["2023-11-14 18:43:20-03:30", 1_700_000_000n],
    ["2023-11-14 14:13:20 -08:00", 1_700_000_000n],
    ["2023-11-14", 1_699_920_000n],
    ["1969-12-31 23:59:59", -1n],
    ["2024-02-29 00:00:00", 1_709_164_800n],
    ["2000-02-29 00:00:00", 951_782_400n],
  ])("reads %p", (raw, seconds) => {
    expect(readTimestamp(raw)).toBe(seconds);
  });

  it.each([
    ["2025-02-30 00:00:00"],
    ["2025-02-29"],
    ["2100-02-29 00:00:00Z"],
    ["2025-04-31 10:00:00+02"],
    ["2025-13-01"],
    ["2025-00-10"],
    ["2025-01-00"],
    ["2025-01-32"],
    ["2025-01-01 24:00:00"],
    ["2025-01-01 24:00:01"],
    ["2025-01-01 23:60:00"],
    ["2025-01-01 23:59:60"],
  ])("refuses %p, which does not exist", (raw) => {
    expect(() => readTimestamp(raw)).toThrow(UnreadableValue);
    expect(() => readTimestamp(raw)).toThrow(/is not a valid date/);
  });

  it.each([
    ["2023-11-14 22:13:20.5", /has a fraction of a second, but the chain stores whole seconds/],
    ["2023-11-14 22:13:20.000001+00", /fraction of a second/],
    ["1700000000.5", /is not a whole number/],
    [1_700_000_000.5, /whole number/],
    ["2025-01-01 00:00:00+99", /not a time zone/],
    ["2025-01-01 00:00:00+02:75", /not a time zone/],
    ["2023-11-14 22:13", /is not a whole number/],
    ["14/11/2023", /is not a whole number/],
    ["infinity", /is not a whole number/],
    ["now", /is not a whole number/],
    [true, /expected a number, found boolean true/],
    [Uint8Array.of(1), /binary data/],
  ])("refuses %p", (raw, message) => {
    expect(() => readTimestamp(raw)).toThrow(UnreadableValue);
    expect(() => readTimestamp(raw)).toThrow(message);
  });

  it("reads every second as JavaScript's own calendar writes it, in every zone", () => {
    const second = fc.integer({ min: -62_000_000_000, max: 250_000_000_000 });
    const zone = fc.integer({ min: -15 * 60, max: 15 * 60 });
    fc.assert(
      fc.property(second, zone, fc.constantFrom("T", " "), (seconds, minutes, between) => {
        const local = new Date((seconds + minutes * 60) * 1000).toISOString().slice(0, 19).replace("T", between);
        const two = (number: number) => String(Math.trunc(Math.abs(number))).padStart(2, "0");
        const written = `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
        expect(readTimestamp(written)).toBe(BigInt(seconds));
      }),
    );
  });
});
