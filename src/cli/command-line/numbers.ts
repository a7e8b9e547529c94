/** The numbers that an option or a configuration key accepts. */
export interface NumberRange {
  /** What is counted: "rows". */
  readonly unit?: string;
  readonly least: number;
  readonly most: number;
  /** Default: whole numbers only. */
  readonly takesFractions?: boolean;
}

/** Why `written` is not such a number; null: it is. */
export function faultOfNumber(written: unknown, range: NumberRange): string | null {
  const { unit, least, most, takesFractions = false } = range;
  const form = takesFractions ? /^\d+(\.\d+)?$/ : /^\d{1,10}$/;
  const number = form.test(String(written)) ? Number(written) : Number.NaN;
  if (number >= least && number <= most) return null;
  const kind = `${takesFractions ? "number" : "whole number"}${unit === undefined ? "" : ` of ${unit}`}`;
  return `${JSON.stringify(written)} is not a ${kind} from ${least} to ${most}`;
}

/** An option's number, or `fallback` if it is not given. Adds an invalid number to `mistakes`. */
export function readNumber<Fallback>(
  flag: string,
  text: string | undefined,
  fallback: Fallback,
  range: NumberRange,
  mistakes: string[],
): number | Fallback {
  if (text === undefined) return fallback;
  const fault = faultOfNumber(text, range);
  if (fault === null) return Number(text);
  mistakes.push(`${flag}: ${fault}`);
  return fallback;
}
