import { nearest } from "../config/suggest.js";

const letters = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The known name that was probably meant: `recipientAddress` for `recipient_address`; one within another; a typo. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const wanted = letters(name);
  const same = known.find((candidate) => letters(candidate) === wanted);
  if (same !== undefined) return same;
  const typo = nearest(name, known);
  if (typo !== null) return typo;
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  const within = known.filter((candidate) => {
    const other = letters(candidate);
    return other.length > 3 && (wanted.includes(other) || other.includes(wanted));
  });
  if (within.length > 0) return within[0]!;
  // `withdrawn_amount` for `released_amount` is no more than a guess, but one word of two in common makes it a good one.
  const sharing = known.filter((candidate) =>
    parts.some((part) => part.length > 4 && letters(candidate).includes(part)),
  );
  return sharing.length === 1 ? sharing[0]! : null;
}
