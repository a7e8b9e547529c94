import fc from "fast-check";
import { bigint, type Codec, list, nullable, plain, tuple, word } from "../../../src/core/again/codec.js";
import { PackedList } from "../../../src/core/again/packed-list.js";

const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  // Lone surrogates, too: a driver may return what is no text.
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom("field", "drift", "é", "", "\ufeff", "__proto__"),
);

interface Thing {
  readonly name: string;
  readonly word: string;
  readonly size: number | null;
  readonly isNew: boolean;
  readonly id: bigint | null;
  readonly values: Readonly<Record<string, string | null>>;
  readonly parts: readonly { readonly id: bigint }[];
}

const things = fc
  .record<Thing>({
    name: texts,
    word: texts,
    size: fc.option(fc.maxSafeNat()),
    isNew: fc.boolean(),
    id: fc.option(fc.bigInt()),
    values: fc.dictionary(texts, fc.option(texts), { maxKeys: 4 }).map((values) => ({ ...values })),
    parts: fc.array(
      fc.record({ id: fc.bigInt() }).map((part) => ({ ...part })),
      { maxLength: 3 },
    ),
  })
  .map((thing) => ({ ...thing }));

const thingCodec = (): Codec<Thing> =>
  tuple({
    name: plain(),
    word: word(),
    size: plain(),
    isNew: plain(),
    id: nullable(bigint),
    values: plain(),
    parts: list(tuple<{ readonly id: bigint }>({ id: bigint })),
  });

/** How many characters the text of a value has. */
const lengthOf = <T>(codec: Codec<T>, value: T): number => JSON.stringify(codec.toJson(value)).length;

describe("a codec", () => {
  it("gives back what it was given, byte for byte, with its keys in order", () => {
    fc.assert(
      fc.property(fc.array(things, { maxLength: 8 }), (all) => {
        const kept = new PackedList(thingCodec());
        for (const thing of all) kept.push(thing);
        expect([...kept]).toEqual(all);
        expect([...kept].map((thing) => Object.keys(thing))).toEqual(all.map((thing) => Object.keys(thing)));
      }),
      { numRuns: 300 },
    );
  });

  it.each(["n", "\u{1f600}", "\u00ff", "\u0100"])("gives back a long text of %j", (char) => {
    const text = char.repeat(100_001);
    const kept = new PackedList<string>(plain());
    kept.push(text);
    expect(kept.at(0)).toBe(text);
  });

  it("writes a word once, however often it comes, until there are too many to be words", () => {
    const token = "C".repeat(56);
    const codec = word();
    expect([lengthOf(codec, token), lengthOf(codec, token)]).toEqual([1, 1]);
    const many = Array.from({ length: 1_200 }, (_, i) => `token number ${i}`);
    expect(many.map((text) => codec.fromJson(codec.toJson(text)))).toEqual(many);
    expect([lengthOf(codec, many[5]!), lengthOf(codec, many[1_150]!)]).toEqual([1, '"token number 1150"'.length]);
  });
});
