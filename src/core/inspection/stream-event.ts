import type { ContractEvent } from "../../ports/chain-history.js";
import type { KeyTemplate } from "../contract/layout.js";
import { isList } from "../contract/stream-key.js";
import { readOr } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import type { ScVal } from "../xdr/scval.js";

/** An amount in an event: any i128, whatever it means to the contract. */
export interface EventAmount {
  /** The field's name, or its position in a tuple as `#1`; empty for a tuple's only amount or a bare value. */
  readonly label: string;
  readonly value: bigint;
}

/** An event that names the stream. */
export interface StreamEvent {
  readonly id: string;
  readonly ledger: number;
  readonly closedAt: bigint | null;
  readonly txHash: string;
  /** The symbol topics, joined: `stream.withdrawn`. */
  readonly name: string;
  readonly amounts: readonly EventAmount[];
}

type IdType = "u32" | "u64" | "i128";

/** The type of the contract's ids, from the key template of its streams. */
export function idTypeOf(template: KeyTemplate): IdType | null {
  if (typeof template === "string") return null;
  if (isList(template)) return template.map(idTypeOf).find((type) => type !== null) ?? null;
  const [type, value] = Object.entries(template)[0]!;
  return value === "$id" ? (type as IdType) : null;
}

/**
 * Reads an event if it is about the stream. Contracts put the stream's id in different places, so this checks all usual
 * ones: a topic, a map's field whose name ends in `id`, a tuple's first value of the id's type, the bare value.
 * @returns null for events of other streams, and for values that cannot be decoded
 */
export function readStreamEvent(event: ContractEvent, id: bigint, idType: IdType): StreamEvent | null {
  const decoded = readOr(
    () => ({ topics: event.topics.map(decodeScVal), data: decodeScVal(event.value) }),
    () => null,
  );
  if (decoded === null) return null;
  const { topics, data } = decoded;
  const isId = (value: ScVal) => value.type === idType && BigInt(value.value) === id;
  if (!topics.some(isId) && !namesStream(data, idType, isId)) return null;
  const { ledger, closedAt, txHash } = event;
  const name = topics.flatMap((topic) => (topic.type === "symbol" ? [topic.value] : [])).join(".");
  return { id: event.id, ledger, closedAt, txHash, name: name || "(no name)", amounts: amountsOf(data, idType) };
}

function namesStream(data: ScVal, idType: IdType, isId: (value: ScVal) => boolean): boolean {
  if (data.type === "map") {
    return (data.value ?? []).some(({ key, val }) => key.type === "symbol" && /id$/i.test(key.value) && isId(val));
  }
  if (data.type === "vec") {
    // Later values of this type are times and durations, which may equal the id by chance.
    const first = (data.value ?? []).find(({ type }) => type === idType);
    return first !== undefined && isId(first);
  }
  return isId(data);
}

function amountsOf(data: ScVal, idType: IdType): EventAmount[] {
  // If ids are i128, a map or tuple may list the id as an amount, which explains nothing.
  if (data.type === "i128") return idType === "i128" ? [] : [{ label: "", value: data.value }];
  if (data.type === "map") {
    return (data.value ?? []).flatMap(({ key, val }) =>
      val.type === "i128" ? [{ label: key.type === "symbol" ? key.value : "", value: val.value }] : [],
    );
  }
  if (data.type !== "vec") return [];
  const values = (data.value ?? []).flatMap((value, i) => (value.type === "i128" ? [{ value: value.value, i }] : []));
  return values.map(({ value, i }) => ({ label: values.length === 1 ? "" : `#${i + 1}`, value }));
}
