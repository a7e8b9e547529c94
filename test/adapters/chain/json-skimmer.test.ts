import fc from "fast-check";
import { parse } from "lossless-json";
import { JsonSkimmer, MAX_NESTING } from "../../../src/adapters/chain/ledger-snapshot/json/json-skimmer.js";

const skimmer = new JsonSkimmer();

/** Skims the text with a comma behind it, as an element of an array has; says how far it came. */
function skim(text: string) {
  const bytes = Buffer.from(`${text},`);
  const result = skimmer.skim(bytes, 0, bytes.length);
  return { result, end: skimmer.end, isPlain: skimmer.isPlain, size: bytes.length - 1 };
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Names that meet often, escaped ones among them. */
const name = fc.constantFrom('"a"', '"b"', '"\\u0061"', '"é"', '""');
const spaced = (text: fc.Arbitrary<string>) =>
  fc.tuple(fc.constantFrom("", " ", "\n\t "), text, fc.constantFrom("", "\r\n")).map((parts) => parts.join(""));
const jsonText = fc.letrec<{ value: string }>((tie) => ({
  value: spaced(
    fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(
        fc.constantFrom("true", "false", "null", "0", "-0", "1.5", "1e3", "-2E-7", "18446744073709551615", '"\\n\\""'),
        fc.integer().map(String),
        fc.bigInt().map(String),
        fc.string({ unit: "binary" }).map((text) => JSON.stringify(text)),
      ),
      fc.array(tie("value"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`),
      fc
        .array(fc.tuple(spaced(name), tie("value")), { maxLength: 4 })
        .map((members) => `{${members.map(([key, value]) => `${key}:${value}`).join(",")}}`),
    ),
  ),
})).value;

describe("the skimmer of JSON", () => {
  it("finds the end of any value, and vouches only for what JSON.parse reads as the careful parser does", () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const { result, end, isPlain } = skim(text);
        expect(result).toBe("complete");
        expect(Buffer.from(text).subarray(0, end).toString().trim()).toBe(text.trim());
        if (!isPlain) return;
        const exact = parse(text, null, {
          parseNumber: (digits) => {
            expect(BigInt(digits)).toBe(BigInt(Number(digits)));
            return Number(digits);
          },
        });
        expect(JSON.parse(text)).toEqual(exact);
      }),
      { numRuns: 2000 },
    );
  });

  it("agrees with JSON.parse on what is JSON when bytes of it are changed", () => {
    const change = fc.record({
      at: fc.nat(),
      text: fc.constantFrom("", '"', "\\", ",", ":", "[", "]", "{", "}", "0", "-", ".", "e", "t", "\u0001", " ", "u"),
      cut: fc.nat(2),
    });
    fc.assert(
      fc.property(jsonText, change, (text, { at, text: inserted, cut }) => {
        const place = at % (text.length + 1);
        const changed = text.slice(0, place) + inserted + text.slice(place + cut);
        const { result, end, size } = skim(changed);
        // What follows the value is not the skimmer's: only white space may.
        const rest = Buffer.from(changed).subarray(end, size).toString().trim();
        expect(result === "complete" && rest === "").toBe(isJson(changed));
      }),
      { numRuns: 5000 },
    );
  });

  it("asks for more wherever the bytes end within the value", () => {
    const text = '{"a\\u00e9": [1, -2.5e+7, "x\\n", true, null, {}], "b": {"c": false}} ';
    const bytes = Buffer.from(text);
    for (let length = 0; length < text.length - 1; length++) expect(skimmer.skim(bytes, 0, length)).toBe("more");
    for (const number of ["0", "-1", "12", "1.", "1.5", "1e", "1e+", "1e5", "-", ""]) {
      expect(skimmer.skim(Buffer.from(number), 0, number.length)).toBe("more");
    }
  });

  it.each([
    ["a number with sixteen digits", "1234567890123456", false],
    ["a number with fifteen digits", "-123456789012345", true],
    ["a fraction", "1.0", false],
    ["an exponent", "1E2", false],
    ["one name twice", '{"a":1,"a":1}', false],
    ["no name twice", '{"":1,"":1}', false],
    ["one name twice, once escaped", '{"a":1,"\\u0061":1}', false],
    ["one name on two levels", '{"a":{"a":1},"b":{"a":1}}', true],
    ["one name twice round an object", '{"a":{"b":1},"c":[{"b":1},{"b":1}],"a":2}', false],
    ["more names than it compares", `{${Array.from({ length: 65 }, (_, i) => `"${i}":0`).join()}}`, false],
    ["as many names as it compares", `{${Array.from({ length: 64 }, (_, i) => `"${i}":0`).join()}}`, true],
  ])("knows whether it can vouch for %s", (_name, text, isPlain) => {
    expect(skim(text)).toMatchObject({ result: "complete", isPlain });
  });

  it.each([
    ["[1 2]", 3, "',' or ']' expected"],
    ['{"a":1]', 6, "',' or '}' expected"],
    ['{"a" 1}', 5, "Colon ':' expected after property name"],
    ["{a:1}", 1, "Quoted object key expected"],
    ['{"a":1,}', 7, "Quoted object key expected"],
    ["[1,]", 3, "JSON value expected"],
    ["truth", 3, "'true' expected"],
    ["-x", 1, "Digit expected"],
    ["1.x", 2, "Digit expected"],
    ["1ex", 2, "Digit expected"],
    ['"\n"', 1, "Invalid character in a string"],
    ['"\\x"', 2, "Invalid escape character in a string"],
    ['"\\u00g0"', 5, "Four hex digits expected after '\\u'"],
  ])("names what is wrong with %s", (text, end, expected) => {
    expect(skim(text)).toMatchObject({ result: "damaged", end });
    expect(skimmer.expected).toBe(expected);
  });

  it("nests to a limit", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(skim(nested(MAX_NESTING)).result).toBe("complete");
    expect(skim(nested(MAX_NESTING + 1)).result).toBe("too-deep");
  });
});
