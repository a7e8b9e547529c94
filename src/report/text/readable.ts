export const INTEGER = /^-?\d+$/;
const STRKEY = /^[A-Z2-7]{56,}$/;

/** Integers in groups of three digits; nothing is rounded or cut. */
export function grouped(text: string): string {
  return INTEGER.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, ",") : text;
}

/** A value in a table cell. Addresses are shortened so that a line stays readable; `json` has them whole. */
export function cell(value: string | null, other: string | null): string {
  if (value === null) return "(none)";
  if (!STRKEY.test(value)) return printable(grouped(value));
  const short = shortened(value);
  return other !== null && shortened(other) === short ? value : short;
}

export const shortened = (address: string): string => `${address.slice(0, 6)}…${address.slice(-6)}`;

/**
 * Control characters of a value must not reach a terminal; characters that nobody sees (zero width, text direction,
 * spaces that are none) would make two different values look the same.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?! )\p{Zs}/gu, (char) => {
    const code = char.codePointAt(0)!.toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`;
  });
}

/** On-chain minus database; null where the values are no integers. */
export function integerDifference(dbValue: string | null, onChainValue: string | null): bigint | null {
  if (dbValue === null || onChainValue === null) return null;
  if (!INTEGER.test(dbValue) || !INTEGER.test(onChainValue)) return null;
  return BigInt(onChainValue) - BigInt(dbValue);
}

/** On-chain minus database, with its sign; empty where the values are no integers. */
export function difference(dbValue: string | null, onChainValue: string | null): string {
  const delta = integerDifference(dbValue, onChainValue);
  return delta === null ? "" : signed(grouped(delta.toString()));
}

/** With a plus, where there is no minus and the amount is not zero. */
export const signed = (amount: string): string => (/^(-|0( |$))/.test(amount) ? amount : `+${amount}`);

export function count(number: number, one: string, many = `${one}s`): string {
  return `${grouped(String(number))} ${number === 1 ? one : many}`;
}

export const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
