const LONGEST = 80;

/** Formats a value from an answer for a message: JSON, in printable ASCII, cut to 80 characters. */
export function quote(value: unknown): string {
  const json = (JSON.stringify(value) ?? "nothing").replace(/[^\x20-\x7e]/g, "?");
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}
