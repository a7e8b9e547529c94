import type { FieldType, Role } from "../values/field.js";
import type { Phase } from "../values/phase.js";

/**
 * Part of a storage key as configuration writes it: a text is a symbol; an object names the type and the value, where
 * "$id" stands for the stream's id; a list is a vector, which is how Rust enums such as `DataKey::Stream(7)` look.
 */
export type KeyTemplate = string | KeyAtom | readonly KeyTemplate[];
export type KeyAtom =
  | { readonly u32: string }
  | { readonly u64: string }
  | { readonly i128: string }
  | { readonly symbol: string }
  | { readonly string: string }
  | { readonly address: string };

export interface LayoutField {
  /** The struct's names for it, newest first: deployments differ. Default: the field's own name. */
  readonly from?: readonly string[];
  readonly type: FieldType;
  readonly role?: Role;
  /** For a status: names of numbers, of `true` and `false`, and of variants that carry a value, such as `Disputed(..)`. */
  readonly values?: Readonly<Record<string, string>>;
  /** For a boolean: the value of a struct that lacks the field. Default: such a struct cannot be compared. */
  readonly absent?: boolean;
  /** How the contract can change it after the stream was created. Default: in any way. */
  readonly changes?: Changes;
}

/** `never`: set once, at creation. `grows`: never decreases. */
export const CHANGES = ["never", "grows"] as const;
export type Changes = (typeof CHANGES)[number];

/** How one contract keeps its streams. Data, not code: configuration can replace all of it. */
export interface Layout {
  readonly name: string;
  readonly stream: {
    /** `instance`: the streams are values inside the contract's own instance entry. */
    readonly storage: "persistent" | "temporary" | "instance";
    readonly key: KeyTemplate;
  };
  /** Where the contract keeps the id that the next stream gets; absent: streams that the database lacks cannot be found. */
  readonly nextId?: {
    readonly storage: "persistent" | "instance";
    /** Deployments differ; the first that is there counts. */
    readonly keys: readonly KeyTemplate[];
    /** `last`: the counter holds the id that was given out last, not the one that is next. */
    readonly holds?: "next" | "last";
    /** The id of the first stream, in decimal. */
    readonly firstId: string;
  };
  /** By field name, which is what reports and the database mapping call it. */
  readonly fields: Readonly<Record<string, LayoutField>>;
  /** Every status the contract knows; another one makes the entry unreadable. Absent: any. */
  readonly statuses?: readonly string[];
  /** Statuses that a stream never leaves. */
  readonly finalStatuses?: readonly string[];
  /** What a status means to the invariants, where the contract calls it otherwise. */
  readonly phases?: Readonly<Record<string, Phase>>;
  /** Names of invariants (escrow-invariants.ts) that hold here beyond the general ones. */
  readonly invariants?: readonly string[];
  /** Where a backend for this contract usually keeps its streams: defaults of the database mapping. */
  readonly database?: DatabaseDefaults;
  /** The preset that this layout is, or is made from. */
  readonly preset?: string;
}

/** As the configuration's database section says it; whatever is left out has the general default. */
export interface DatabaseDefaults {
  readonly table?: string;
  /** Excludes rows that are not streams of this contract. */
  readonly where?: string;
  readonly streamId?: string;
  readonly onChainId?: string;
  readonly contractColumn?: string;
  readonly cursor?: {
    readonly column: string;
    readonly table?: string;
    readonly means?: "event" | "check" | undefined;
  } | null;
  readonly fields?: Readonly<Record<string, UsualColumn>>;
  readonly statuses?: Readonly<Record<string, string>>;
}

export interface UsualColumn {
  readonly column: string;
  /** Added to the backend later. Where it is missing, the field is not compared, and a notice says so. */
  readonly isOptional?: boolean;
}

export function structNames(name: string, field: LayoutField): readonly string[] {
  return field.from ?? [name];
}
