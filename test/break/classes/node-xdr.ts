import { xdr } from "@stellar/stellar-base";
import type { RpcRow } from "../../support/rpc-faults.js";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import { victimKey } from "../aim.js";
import type { BreakClass } from "../case.js";
import { usualRequest } from "../usual-request.js";
import { inWorld } from "../world.js";

/** What is done to the bytes of an entry. */
const DAMAGE: Readonly<Record<string, (bytes: Buffer, random: SeededRandom) => Buffer>> = {
  "one bit flipped": (bytes, random) => {
    bytes[random.int(0, bytes.length - 1)]! ^= 1 << random.int(0, 7);
    return bytes;
  },
  "some bits flipped": (bytes, random) => {
    for (let n = random.int(2, 12); n > 0; n -= 1) bytes[random.int(0, bytes.length - 1)]! ^= 1 << random.int(0, 7);
    return bytes;
  },
  "cut off": (bytes, random) => bytes.subarray(0, random.int(0, bytes.length - 1)),
  "cut out": (bytes, random) => {
    const at = random.int(0, bytes.length - 5);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 4)]);
  },
  extended: (bytes, random) => Buffer.concat([bytes, Buffer.alloc(random.int(1, 64), random.int(0, 255))]),
  "a length of 4 billion": (bytes, random) => {
    bytes.writeUInt32BE(0xffff_ffff, 4 * random.int(0, Math.floor(bytes.length / 4) - 1));
    return bytes;
  },
  "words swapped": (bytes, random) => {
    const words = Math.floor(bytes.length / 4);
    const [a, b] = [4 * random.int(0, words - 1), 4 * random.int(0, words - 1)];
    const first = Buffer.from(bytes.subarray(a, a + 4));
    bytes.copy(bytes, a, b, b + 4);
    first.copy(bytes, b);
    return bytes;
  },
  "all zeros": (bytes) => bytes.fill(0),
  noise: (bytes, random) => bytes.map(() => random.int(0, 255)) as Buffer,
  "deep vectors": (_bytes, random) => deepEntry(random.pick([200, 5_000, 50_000])),
};

/** The fields that a run compares by default. */
const COMPARED = ["recipient", "total_amount", "released_amount", "status"] as const;

/** Vectors within vectors, which the Stellar library would not write. */
function deepEntry(levels: number): Buffer {
  const level = Buffer.from("000000100000000100000001", "hex");
  return Buffer.concat([Buffer.from("0000000600000000", "hex"), ...Array.from({ length: levels }, () => level)]);
}

/** Whether the Stellar library reads the same from both: the same key, and the same in what is compared. */
function saysTheSame(damaged: Buffer, honest: Buffer): boolean {
  // Deeper than any value on the ledger, and than the library's own stack.
  if (damaged.length > 10_000) return false;
  try {
    const [a, b] = [damaged, honest].map((bytes) => xdr.LedgerEntryData.fromXDR(bytes).contractData());
    if (!a!.key().toXDR().equals(b!.key().toXDR()) || !a!.contract().toXDR().equals(b!.contract().toXDR()))
      return false;
    if (a!.durability() !== b!.durability()) return false;
    return COMPARED.every((name) => {
      const [one, other] = [a!, b!].map((entry) =>
        entry
          .val()
          .map()!
          .filter((field) => field.key().switch().name === "scvSymbol" && String(field.key().sym()) === name),
      );
      return one!.length === 1 && one![0]!.toXDR().equals(other![0]!.toXDR());
    });
  } catch {
    return false;
  }
}

/** A node whose entries are not the bytes that the ledger has. */
export const nodeXdr: BreakClass = {
  name: "node bytes",
  share: 11,
  attack: (random, lab) => {
    const name = random.pick(Object.keys(DAMAGE));
    return inWorld(random, lab, { chain: "rpc", attack: name }, async (world) => {
      const always = random.chance(0.75);
      const key = victimKey(world);
      const seed = random.fork("damage");
      let struck = 0;
      let same = true;
      world.node.turn(({ request, answer, send }) => {
        if (request.method !== "getLedgerEntries" || !request.keys.includes(key) || (!always && struck > 0))
          return false;
        const whole = answer();
        for (const row of (whole.result as { entries: { key: string; xdr: string }[] }).entries as RpcRow[]) {
          if (row.key !== key) continue;
          struck += 1;
          const honest = Buffer.from(row.xdr, "base64");
          // The same damage in each answer, as a broken disk has it.
          const damaged = DAMAGE[name]!(Buffer.from(honest), seed.fork("each"));
          same = same && saysTheSame(damaged, honest);
          Object.assign(row, { xdr: damaged.toString("base64") });
        }
        send(JSON.stringify(whole));
        return true;
      });
      // What the damage says is known only afterwards.
      const reason = () => (struck > 0 && always && !same ? `${name}, which changes what is compared` : null);
      const { faults, how } = await usualRequest(random, world, reason);
      return { planted: `${world.plant}; ${name}, ${always ? "always" : "once"}; ${how}`, faults };
    });
  },
};
