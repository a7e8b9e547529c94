import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import { type Json, jsonText, snapshotJson, snapshotText } from "../../support/snapshot-file.js";
import type { BreakClass } from "../case.js";
import { DAMAGES, damage } from "../damage.js";
import { usualRequest } from "../usual-request.js";
import { inWorld, type World } from "../world.js";

/** What is done to the snapshot as data; true: nobody could know any more what the chain says. */
type SnapshotAttack = (
  world: World,
  random: SeededRandom,
) => { readonly text: string | Buffer; readonly hides: boolean };

type Element = { entry: { data: { contract_data: { key: Json; val: Json } } }; live_until: Json };

const elements = ({ sides }: World) =>
  (snapshotJson(sides.ledger) as { ledger_entries: readonly Json[] }).ledger_entries;
const withEntries = ({ sides }: World, entries: readonly Json[]) =>
  jsonText({ ...snapshotJson(sides.ledger), ledger_entries: entries });
const isVictim = ({ sides }: World, element: Json) =>
  JSON.stringify((element as unknown as Element).entry.data.contract_data.key) ===
  JSON.stringify({ vec: [{ symbol: "Stream" }, { u64: String(sides.victim.id) }] });
const WRONG: readonly Json[] = [null, true, -1, 1.5, "x", [], {}, "9".repeat(1_000)];
const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

/** The victim's entry as another snapshot might have it: with a little more released. */
function otherVictim(world: World): Json {
  const found = elements(world).find((element) => isVictim(world, element))!;
  const { released_amount } = world.sides.victim;
  return JSON.parse(JSON.stringify(found).replace(String(released_amount), String(released_amount + 5n))) as Json;
}

const ATTACKS: Readonly<Record<string, SnapshotAttack>> = {
  "the victim left out": (world) => ({
    text: withEntries(
      world,
      elements(world).filter((element) => !isVictim(world, element)),
    ),
    hides: true,
  }),
  "the victim twice": (world) => ({
    text: withEntries(world, [...elements(world), ...elements(world).filter((element) => isVictim(world, element))]),
    hides: false,
  }),
  "another victim after it": (world) => ({
    text: withEntries(world, [...elements(world), otherVictim(world)]),
    hides: true,
  }),
  "another victim before it": (world) => ({
    text: withEntries(world, [otherVictim(world), ...elements(world)]),
    hides: true,
  }),
  "no entries": (world) => ({ text: withEntries(world, []), hides: true }),
  "entries of a wrong type": (world, random) => ({
    text: jsonText({ ...snapshotJson(world.sides.ledger), ledger_entries: random.pick(WRONG) }),
    hides: true,
  }),
  "entries that are none": (world, random) => ({
    text: withEntries(world, [...elements(world), random.pick(WRONG)]),
    hides: false,
  }),
  "a key of a wrong type": (world, random) => {
    const json = snapshotJson(world.sides.ledger);
    return { text: jsonText({ ...json, [random.pick(Object.keys(json))]: random.pick(WRONG) }), hides: false };
  },
  "a deep value": (world, random) => ({
    text: snapshotText(world.sides.ledger).replace("{", `{"x":${deep(random.pick([1_000, 200_000]))},`),
    hides: false,
  }),
  "a deep entry": (world, random) => {
    const levels = random.pick([1_000, 100_000]);
    const value = `${'{"vec":['.repeat(levels)}"void"${"]}".repeat(levels)}`;
    const text = snapshotText(world.sides.ledger);
    return {
      text: text.replace(
        '"ledger_entries": [',
        `"ledger_entries": [{"entry":{"data":{"contract_data":{"ext":"v0","contract":"x","key":${value},"durability":"persistent","val":"void"}},"ext":"v0","last_modified_ledger_seq":1},"live_until":1},`,
      ),
      hides: false,
    };
  },
  "a huge text": (world) => ({
    text: snapshotText(world.sides.ledger).replace("{", `{"x":"${"y".repeat(10_000_000)}",`),
    hides: false,
  }),
  gzip: (world) => ({ text: gzipSync(snapshotText(world.sides.ledger)), hides: true }),
  "another network": (world) => ({
    text: jsonText({ ...snapshotJson(world.sides.ledger), network_id: "11".repeat(32) }),
    hides: true,
  }),
};

const PLACES: Readonly<Record<string, (path: string) => void>> = {
  "not there": () => {},
  "a folder": (path) => mkdirSync(path),
  "a link to itself": (path) => symlinkSync(path, path),
  "an endless device": (path) => symlinkSync("/dev/zero", path),
  "a device that says nothing": (path) => symlinkSync("/dev/null", path),
};

/** Whether two texts of JSON say the same, for a reader that takes the last of two keys. */
function saysTheSame(damaged: Buffer, honest: string): boolean {
  try {
    return JSON.stringify(JSON.parse(damaged.toString("utf8"))) === JSON.stringify(JSON.parse(honest));
  } catch {
    return false;
  }
}

/** A ledger snapshot file that is damaged, doubled, hostile, or no file at all. */
export const snapshots: BreakClass = {
  name: "snapshots",
  share: 8,
  attack(random, lab) {
    const kind = random.pick(["damaged", "damaged", "made", "made", "place"]);
    const name = {
      damaged: random.pick(DAMAGES),
      made: random.pick(Object.keys(ATTACKS)),
      place: random.pick(Object.keys(PLACES)),
    }[kind]!;
    const asProcess = name.includes("device") ? { asProcess: true } : {};
    return inWorld(random, lab, { chain: "snapshot", attack: name, ...asProcess }, async (world) => {
      const { snapshot } = world;
      let reason: string | null = null;
      if (kind === "damaged") {
        const honest = readFileSync(snapshot, "utf8");
        const bytes = damage(random, name as (typeof DAMAGES)[number], Buffer.from(honest));
        writeFileSync(snapshot, bytes);
        const isText = /^(cut off|empty|white space|the whole twice)$/.test(name);
        if (isText && !saysTheSame(bytes, honest)) reason = `the snapshot is ${name}`;
      } else if (kind === "made") {
        const { text, hides } = ATTACKS[name]!(world, random);
        writeFileSync(snapshot, text);
        if (hides) reason = name;
      } else {
        rmSync(snapshot);
        PLACES[name]!(snapshot);
        reason = `the snapshot is ${name}`;
      }
      const { faults, how } = await usualRequest(random, world, () => reason, { timeout: 8 });
      return { planted: `${world.plant}; ${name}; ${how}`, faults };
    });
  },
};
