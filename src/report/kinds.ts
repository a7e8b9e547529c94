/** What a finding is, in the order in which a person should look at them. */
export const KINDS = ["violation", "drift", "missing-on-chain", "missing-in-db", "error", "lag", "notice"] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  violation: "violation",
  drift: "drift",
  "missing-on-chain": "missing on chain",
  "missing-in-db": "missing in the database",
  error: "not checked",
  lag: "lag",
  notice: "notice",
};

/** How bad each kind is: does it fail a run, may it come to that, or is it only worth knowing. */
export const LEVELS: Readonly<Record<Kind, "error" | "warning" | "notice">> = {
  violation: "error",
  drift: "error",
  "missing-on-chain": "error",
  "missing-in-db": "error",
  error: "error",
  lag: "warning",
  notice: "notice",
};
