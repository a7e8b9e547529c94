import fc from "fast-check";
import { SignatureMemory } from "../../src/server/signature-memory.js";

describe("the memory of used signatures", () => {
  it("recognises each one while it would be accepted", () => {
    const memory = new SignatureMemory(10);
    expect(memory.remember("a", 100, 50)).toBe("new");
    expect(memory.remember("a", 100, 50)).toBe("seen");
    memory.forgetExpired(100);
    expect(memory.remember("a", 100, 100)).toBe("seen");
  });

  it("refuses a new one when it is full of valid ones, and forgets none of them", () => {
    const memory = new SignatureMemory(2);
    memory.remember("a", 100, 50);
    memory.remember("b", 100, 50);
    expect(memory.remember("c", 100, 100)).toBe("full");
    expect(memory.remember("a", 100, 100)).toBe("seen");
    expect(memory.size).toBe(2);
  });

  it("makes room once they have expired", () => {
    const memory = new SignatureMemory(2);
    memory.remember("a", 100, 50);
    memory.remember("b", 120, 50);
    expect(memory.remember("c", 130, 101)).toBe("new");
    expect(memory.size).toBe(2);
  });

  it("does not accept what it has forgotten when the clock is set back", () => {
    const memory = new SignatureMemory(2);
    memory.remember("a", 100, 50);
    memory.forgetExpired(200);
    expect(memory.size).toBe(0);
    expect(memory.remember("a", 100, 60)).toBe("seen");
    expect(memory.remember("b", 101, 60)).toBe("new");
  });

  it("accepts no signature twice, whatever the clock does", () => {
    const step = fc.record({ digest: fc.integer({ min: 0, max: 20 }), now: fc.integer({ min: 0, max: 1_000 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const memory = new SignatureMemory(5);
        const accepted = new Set<number>();
        for (const { digest, now } of steps) {
          // A signature's expiry is part of it.
          if (memory.remember(String(digest), digest * 37, now) !== "new") continue;
          expect(accepted).not.toContain(digest);
          accepted.add(digest);
          expect(memory.size).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
