import { rowOf } from "../support/cli-world.js";
import type { SeededRandom } from "../support/simulation/seeded-random.js";
import type { Sides } from "./planted.js";

/** Texts that a terminal, a page, a sheet or a build log could take for more than text. */
export const HOSTILE_TEXTS = [
  "\u001b[2J\u001b]0;owned\u0007",
  "\u009b31mred",
  "<script>breakout</script>",
  "=cmd|' /C calc'!A0",
  "\n::error::owned",
  "##[error]owned",
  "\u202egnp.exe",
  "a\r\nSet-Cookie: x=1",
  "]]><x/>",
  "x".repeat(100_000),
  "'; DROP TABLE streams; --",
  "%s%n$HOME`id`",
];

/** A cell that was spoiled, and whether both sides can still agree. */
export interface SpoiledCell {
  readonly column: string;
  readonly literal: string;
  readonly differs: boolean;
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** Literals that cannot stand for this amount, and some that can. */
function amounts(value: bigint): { readonly wrong: string[]; readonly other: string[] } {
  return {
    wrong: [
      ...[`${value}1`, `-${value}`, `${value}.5`, `${value}e3`, "NaN", "Infinity", "", " ", "0x10", "1,000", "null"],
      ...["\uff11\uff12\uff13", "9".repeat(10_000), `${value} ${value}`, `${value};`, "true", "[1]"],
    ]
      .map(quoted)
      .concat("NULL", `${value}.25`, "-1", "0", "1e300"),
    other: [`${value}`, quoted(`${value}.0`), quoted(` ${value}`), quoted(`+${value}`), quoted(`00${value}`)],
  };
}

/** Spoils a cell of the victim's row, in a way that both databases can store in a column of text. */
export function spoilCell(random: SeededRandom, { rows, victim }: Sides): SpoiledCell | null {
  const row = rows.find(({ on_chain_id }) => on_chain_id === String(victim.id));
  if (row === undefined) return null;
  const column = random.pick(Object.keys(row));
  // A cell that is planted already stays as it is.
  if (row[column] !== rowOf(victim, 990)[column]) return null;
  const set = (literal: string, differs: boolean): SpoiledCell => {
    row[column] = literal;
    return { column, literal: literal.slice(0, 60), differs };
  };
  if (column === "total_amount" || column === "released_amount") {
    const { wrong, other } = amounts(column === "total_amount" ? victim.total_amount : victim.released_amount);
    const differs = random.chance(0.8);
    return set(random.pick(differs ? wrong : other), differs);
  }
  if (column === "status") {
    return set(random.pick(["paused", "", "\u0430ctive", "activ\u0435", "active;", "0"]).replace(/^.*$/, quoted), true);
  }
  if (column === "recipient_address") {
    const { recipient } = victim;
    return set(quoted(random.pick([recipient.toLowerCase(), recipient.slice(1), "", `${recipient}A`, "G"])), true);
  }
  if (column === "id") return set(quoted(random.pick(["", "stream_1", ...HOSTILE_TEXTS])), false);
  return set(random.pick(["NULL", "-1", "0", "999999999999", "4294967296"]), column === "on_chain_id");
}
