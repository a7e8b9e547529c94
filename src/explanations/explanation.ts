/** What a code of this program means, and what to do about it. Plain text, with code in backticks. */
export interface Explanation {
  /** As printed in the report or by `--verbose`, or as the exit code. */
  readonly code: string;
  readonly kind: Kind;
  /** A few words, without a full stop. */
  readonly title: string;
  readonly meaning: string;
  /** What to do first, in the middle of the night. */
  readonly action: string;
  /** The heading in docs/runbook.md with more detail; null: none. */
  readonly section: string | null;
}

export type Kind = "exit" | "finding" | "reason" | "invariant" | "error" | "notice" | "service";

/** A code's texts; `section` only where it differs from the group's. */
export interface Texts {
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
  readonly section?: string | null;
}

/** Codes that are explained together, in the order of the documentation. */
export type Catalogue<T extends Texts = Texts> = Readonly<Record<string, T>>;
