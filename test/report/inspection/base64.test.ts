import fc from "fast-check";
import { base64 } from "../../../src/report/inspection/base64.js";
import { isoTime } from "../../../src/report/inspection/iso-time.js";

it("writes the base64 that Node writes", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(base64(bytes)).toBe(Buffer.from(bytes).toString("base64"))));
});

it.each([
  [0n, "1970-01-01T00:00:00Z"],
  [1_700_000_000n, "2023-11-14T22:13:20Z"],
  [-1n, null],
  [2n ** 64n, null],
  [null, null],
])("%p seconds are %p", (seconds, text) => {
  expect(isoTime(seconds)).toBe(text);
});
