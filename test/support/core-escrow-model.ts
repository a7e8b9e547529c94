import fc from "fast-check";
import { type StreamStruct, streamStruct } from "./streampay-contract.js";

/**
 * A small model of the escrow's own rules (docs/contract-facts.md#streampays-escrow): what a stream can look like that
 * the contract alone has written. It knows nothing of the invariants that are tested against it.
 */
export type Action =
  | { readonly do: "wait"; readonly seconds: bigint }
  | { readonly do: "start" | "pause" | "resume" | "settle" | "cancel" }
  | { readonly do: "withdraw"; readonly share: bigint }
  | { readonly do: "amend"; readonly longer: bigint };

export const SHARE_OF = 1_000n;

export interface Escrow {
  readonly now: bigint;
  readonly stream: StreamStruct;
}

/** Integer division truncates, subtractions stop at 0. */
export function vested(stream: StreamStruct, now: bigint): bigint {
  if (stream.status === "Draft") return 0n;
  const capped = now < stream.end_time ? now : stream.end_time;
  const paused = stream.status === "Paused" && stream.paused_at < capped ? stream.paused_at : capped;
  const ran = (paused > stream.start_time ? paused - stream.start_time : 0n) - stream.total_paused_duration;
  const elapsed = ran > 0n ? ran : 0n;
  if (stream.duration === 0n || elapsed >= stream.duration) return stream.total_amount;
  return (stream.total_amount * elapsed) / stream.duration;
}

export function step({ now, stream }: Escrow, action: Action): Escrow {
  const write = (changes: Partial<StreamStruct>): Escrow => ({
    now,
    stream: { ...stream, last_update: now, ...changes },
  });
  const { status } = stream;
  const open = status === "Active" || status === "Paused";
  switch (action.do) {
    case "wait":
      return { now: now + action.seconds, stream };
    case "start":
      if (status !== "Draft") break;
      return write({ status: "Active", start_time: now, end_time: now + stream.duration });
    case "pause":
      if (status !== "Active" || now < stream.start_time || now >= stream.end_time) break;
      return write({ status: "Paused", paused_at: now });
    case "resume": {
      if (status !== "Paused") break;
      const pause = now - stream.paused_at;
      const total_paused_duration = stream.total_paused_duration + pause;
      return write({ status: "Active", paused_at: 0n, total_paused_duration, end_time: stream.end_time + pause });
    }
    case "withdraw": {
      const due = vested(stream, now) - stream.released_amount;
      const amount = (due * action.share) / SHARE_OF;
      if (!open || amount <= 0n) break;
      const released_amount = stream.released_amount + amount;
      return write({ released_amount, ...(released_amount === stream.total_amount ? { status: "Settled" } : {}) });
    }
    case "settle":
      if (status !== "Active" || now < stream.end_time) break;
      return write({ status: "Settled", released_amount: stream.total_amount });
    case "cancel": {
      if (!open && status !== "Draft") break;
      const due = vested(stream, now);
      return write({
        status: "Cancelled",
        released_amount: due > stream.released_amount ? due : stream.released_amount,
      });
    }
    case "amend":
      if (!open || now >= stream.end_time) break;
      // The new window forgets what was paused before: the source of what the contract itself can break.
      return write({
        end_time: stream.end_time + action.longer,
        duration: stream.end_time + action.longer - stream.start_time,
      });
  }
  return { now, stream };
}

const positive = (max: bigint) => fc.oneof(fc.constantFrom(1n, 2n, 3n), fc.bigInt({ min: 1n, max }));
const I128_MAX = (1n << 127n) - 1n;

export const actions: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: positive(5_000n).map((seconds): Action => ({ do: "wait", seconds })) },
  fc
    .constantFrom("start" as const, "pause" as const, "resume" as const, "settle" as const, "cancel" as const)
    .map((name): Action => ({ do: name })),
  { weight: 2, arbitrary: fc.bigInt({ min: 1n, max: SHARE_OF }).map((share): Action => ({ do: "withdraw", share })) },
  positive(10_000n).map((longer): Action => ({ do: "amend", longer })),
);

/** A stream as it is created: a draft, or active from now or from a time to come. */
export const created: fc.Arbitrary<Escrow> = fc
  .record({
    id: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
    now: positive(2_000_000_000n),
    ahead: fc.oneof(fc.constant(0n), positive(5_000n)),
    total_amount: positive(I128_MAX),
    duration: positive(10_000n),
    fee_bps: fc.constantFrom(0, 1, 9_999, 10_000),
    draft: fc.boolean(),
  })
  .map(({ id, now, ahead, draft, ...fixed }) => {
    const start_time = draft ? 0n : now + ahead;
    return {
      now,
      stream: streamStruct({
        ...fixed,
        id,
        released_amount: 0n,
        status: draft ? "Draft" : "Active",
        start_time,
        end_time: start_time + fixed.duration,
        last_update: draft ? now : start_time,
      }),
    };
  });

const notAmended = actions.filter((action) => action.do !== "amend");

/** A stream's states through a life of its own. */
export const lives = (amended: boolean): fc.Arbitrary<readonly Escrow[]> =>
  fc.tuple(created, fc.array(amended ? actions : notAmended, { maxLength: 30 })).map(([first, list]) => {
    const states = [first];
    for (const action of list) states.push(step(states.at(-1)!, action));
    return states;
  });
