/** How values of a type are written as JSON, and read back from it. */
export interface Codec<T> {
  readonly toJson: (value: T) => unknown;
  /** @param json what `toJson` made, parsed */
  readonly fromJson: (json: unknown) => T;
}

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** What JSON keeps as it is. Numbers are finite. */
export const plain = <T extends Plain>(): Codec<T> => ({ toJson: (value) => value, fromJson: (json) => json as T });

export const bigint: Codec<bigint> = { toJson: String, fromJson: (json) => BigInt(json as string) };

/** More texts than this are no vocabulary; they are written out. */
const MOST_WORDS = 1_000;

/** Texts that come again and again, written as their places in a list that the codec keeps. */
export function word<T extends string>(): Codec<T> {
  const words: string[] = [];
  const places = new Map<string, number>();
  return {
    toJson: (text) => {
      const place = places.get(text);
      if (place !== undefined || words.length === MOST_WORDS) return place ?? text;
      return places.set(text, words.push(text) - 1).size - 1;
    },
    fromJson: (json) => (typeof json === "number" ? words[json] : json) as T,
  };
}

export const nullable = <T>({ toJson, fromJson }: Codec<T>): Codec<T | null> => ({
  toJson: (value) => (value === null ? null : toJson(value)),
  fromJson: (json) => (json === null ? null : fromJson(json)),
});

export const list = <T>({ toJson, fromJson }: Codec<T>): Codec<readonly T[]> => ({
  toJson: (values) => values.map(toJson),
  fromJson: (json) => (json as unknown[]).map(fromJson),
});

/** Writes an object as the list of its values, without its keys: `fields` must name all of them. */
export function tuple<T extends object>(fields: { readonly [K in keyof T]-?: Codec<T[K]> }): Codec<T> {
  const keys = Object.keys(fields) as (keyof T)[];
  const codecs = keys.map((key) => fields[key] as Codec<unknown>);
  return {
    toJson: (value) => codecs.map(({ toJson }, i) => toJson(value[keys[i]!])),
    fromJson: (json) => {
      const values = json as unknown[];
      const object: { [K in keyof T]?: unknown } = {};
      for (let i = 0; i < keys.length; i++) object[keys[i]!] = codecs[i]!.fromJson(values[i]);
      return object as T;
    },
  };
}
