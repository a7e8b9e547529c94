/** Kinds of values whose faults say what was expected and what was found. */
import * as z from "zod";

export const list = <Item extends z.ZodType>(item: Item) => z.array(item, expected("a list"));

/** Keeps keys that a later version may have added; the type and the JSON Schema have those of this version alone. */
export const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape, expected("an object")) as z.ZodObject as z.ZodObject<Shape>;

export const oneOf = <const Value extends string | number>(...values: readonly Value[]) =>
  z.literal(values, expected(`one of ${values.map((value) => JSON.stringify(value)).join(", ")}`));

export function textLike(pattern: RegExp): z.ZodString {
  const wording = expected(`text that fits ${pattern.source}`);
  return z.string(wording).regex(pattern, wording);
}

export function wholeNumber(least: number, most?: number): z.ZodInt {
  const wording = expected(`an integer from ${least} ${most === undefined ? "up" : `to ${most}`}`);
  const number = z.int(wording).min(least, wording);
  return most === undefined ? number : number.max(most, wording);
}

export const expected = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `is missing; expected ${what}` : `expected ${what}, found ${shown(input)}`,
});

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const json = JSON.stringify(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json;
}
