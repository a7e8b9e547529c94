/** What a code of this program means, and what to do about it. Texts are plain, with names of code between backticks. */
export interface Explanation {
  /** As the report, the exit code or `--verbose` prints it. */
  readonly code: string;
  readonly kind: Kind;
  /** A few words, without a full stop. */
  readonly title: string;
  readonly meaning: string;
  /** What to do about this one, in the middle of the night. */
  readonly action: string;
  /** The heading in docs/runbook.md that says more; null where there is no more to say. */
  readonly section: string | null;
}

export type Kind = "exit" | "finding" | "reason" | "invariant" | "error" | "notice" | "service";

/** The texts of a code; `section` where it is another one than that of its group. */
export interface Texts {
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
  readonly section?: string | null;
}

/** Codes that are explained together, in the order in which documents list them. */
export type Catalogue<T extends Texts = Texts> = Readonly<Record<string, T>>;
