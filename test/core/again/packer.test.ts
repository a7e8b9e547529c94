import fc from "fast-check";
import { Packer, type Plain } from "../../../src/core/again/packer.js";

const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  // Lone surrogates, too: a driver may hand on what is no text.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("field", "drift", "é", "", "__proto__"),
);
const { plain } = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    fc.bigInt(),
    fc.constantFrom(0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER, 2n ** 53n, 1n - 2n ** 53n, -(2n ** 127n)),
    texts,
    fc.array(tie("plain"), { maxLength: 5 }),
    fc.dictionary(texts, tie("plain"), { maxKeys: 5 }).map((object) => ({ ...object })),
  ),
}));

describe("a packer", () => {
  it("gives back what it was given, whatever was packed before, and in the same order of keys", () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 8 }), fc.uniqueArray(texts), (values, words) => {
        const packer = new Packer<Plain>(words);
        const packed = values.map((value) => packer.pack(value).slice());
        const back = packed.map((bytes) => packer.unpack(bytes));
        expect(back).toEqual(values);
        expect(back.map(keysOf)).toEqual(values.map(keysOf));
      }),
      { numRuns: 300 },
    );
  });

  it.each(["n", "\u{1f600}", "\u00ff", "\u0100"])("gives back a long text of %j", (char) => {
    const text = char.repeat(100_001);
    const packer = new Packer<Plain>();
    expect(packer.unpack(packer.pack([text, text]).slice())).toEqual([text, text]);
  });

  it("leaves alone what follows a value", () => {
    const packer = new Packer<Plain>();
    expect(packer.unpack(Uint8Array.of(...packer.pack(["a", 300]), 1, 2, 3))).toEqual(["a", 300]);
  });

  it("has a word once, however often it comes, until there are too many to be words", () => {
    const packer = new Packer<Plain>(["token"]);
    const token = "C".repeat(56);
    packer.pack({ token });
    expect(packer.pack({ token })).toHaveLength(4);
    expect(packer.pack({ other: token }).length).toBeGreaterThan(56);
    const many = Array.from({ length: 1_200 }, (_, i) => ({ token: `token number ${i}` }));
    expect(many.map((value) => packer.unpack(packer.pack(value).slice()))).toEqual(many);
    expect(packer.pack(many[5]!).length).toBeLessThan(packer.pack(many[1_150]!).length);
  });

  it.each([
    ["a fraction", 0.5],
    ["a negative number", -1],
    ["minus zero", -0],
    ["a number beyond 53 bits", 2 ** 53],
    ["not a number", Number.NaN],
    ["a gap", { gap: undefined }],
    ["a function", [() => 1]],
  ])("refuses %s, which would not come back as it was", (_name, value) => {
    expect(() => new Packer<unknown>().pack(value)).toThrow(TypeError);
  });

  it("refuses bytes that it did not make", () => {
    expect(() => new Packer().unpack(Uint8Array.of(99))).toThrow("byte 99 starts no packed value");
  });
});

const keysOf = (value: Plain): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).map(([key, inner]) => [key, keysOf(inner)]) : 0;
