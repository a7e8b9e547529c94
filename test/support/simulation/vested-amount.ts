import type { StreamStruct } from "../streampay-contract.js";

/**
 * What the recipient has earned at a time in seconds: the contract's own formula
 * (docs/contract-facts.md#streampays-vesting), written apart from the tool's, so that one mistake cannot hide in both.
 */
export function vestedAmount(stream: StreamStruct, now: bigint): bigint {
  if (stream.status === "Draft") return 0n;
  let until = now < stream.end_time ? now : stream.end_time;
  if (until < stream.start_time) until = stream.start_time;
  if (stream.status === "Paused" && stream.paused_at < until) until = stream.paused_at;
  let elapsed = until > stream.start_time ? until - stream.start_time : 0n;
  elapsed = elapsed > stream.total_paused_duration ? elapsed - stream.total_paused_duration : 0n;
  if (stream.duration === 0n || elapsed >= stream.duration) return stream.total_amount;
  return (stream.total_amount * elapsed) / stream.duration;
}

/** What is still owed to a stream's two parties while it is open; a closed one owes nothing. */
export function liabilityOf(stream: StreamStruct): bigint {
  const isOpen = stream.status === "Draft" || stream.status === "Active" || stream.status === "Paused";
  return isOpen ? stream.total_amount - stream.released_amount : 0n;
}
