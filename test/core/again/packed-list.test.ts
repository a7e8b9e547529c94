import fc from "fast-check";
import { plain, tuple } from "../../../src/core/again/codec.js";
import { PackedList } from "../../../src/core/again/packed-list.js";

const values = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: "binary", maxLength: 40 }));

interface Looks {
  readonly ledger: number;
  readonly looks: number;
  readonly still: number;
}

describe("a packed list", () => {
  it("is a list: what is pushed and set is there, whatever the size of its chunks", () => {
    const changes = fc.array(fc.tuple(fc.nat(), values), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(values, { maxLength: 200 }),
        changes,
        fc.integer({ min: 1, max: 64 }),
        (all, sets, bytes) => {
          const list = new PackedList<string>(plain(), bytes);
          for (const value of all) list.push(value);
          const expected = [...all];
          for (const [index, value] of all.length === 0 ? [] : sets) {
            list.set(index % all.length, value);
            expected[index % all.length] = value;
          }
          expect([[...list], list.length]).toEqual([expected, all.length]);
        },
      ),
    );
  });

  it("takes no more room when a value changes by a digit or two", () => {
    const list = new PackedList(tuple<Looks>({ ledger: plain(), looks: plain(), still: plain() }));
    for (let i = 0; i < 1_000; i++) list.push({ ledger: 1_000_000 + i, looks: 1, still: 0 });
    const { bytes } = list;
    for (let look = 2; look < 6; look++) {
      for (let i = 0; i < 1_000; i++) list.set(i, { ledger: 1_000_000 + i + look, looks: look, still: look });
    }
    expect(list.bytes).toBe(bytes);
  });

  it("gives back the room of what values were before they grew", () => {
    const list = new PackedList<string>(plain());
    for (let i = 0; i < 5_000; i++) list.push("a");
    for (let length = 20; length <= 200; length += 20) {
      for (let i = 0; i < 5_000; i++) list.set(i, "b".repeat(length));
    }
    expect([...list].every((value) => value === "b".repeat(200))).toBe(true);
    expect(list.bytes / 5_000).toBeLessThan(300);
  });

  it("has nothing before its first value or after its last", () => {
    const list = new PackedList<string>(plain());
    list.push("a");
    expect(() => list.at(1)).toThrow(RangeError);
    expect(() => list.set(-1, "b")).toThrow(RangeError);
  });
});
