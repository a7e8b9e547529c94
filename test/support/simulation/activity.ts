import { accountId } from "../streampay-contract.js";
import type { ContractModel, NewStream } from "./contract-model.js";
import type { SeededRandom } from "./seeded-random.js";
import { vestedAmount } from "./vested-amount.js";

export interface ActivityPlan {
  readonly tokens: readonly string[];
  readonly amendments: boolean;
  /** Streams last up to so many seconds. */
  readonly longestSeconds: number;
}

/** Accounts are few, so that streams share them. */
const ACCOUNTS = 40;

export function newTerms(random: SeededRandom, { tokens }: ActivityPlan): NewStream {
  const sender = random.int(0, ACCOUNTS - 1);
  const recipient = (sender + random.int(1, ACCOUNTS - 1)) % ACCOUNTS;
  // From dust to far beyond 2^64: amounts must never pass through a float.
  const scale = 10n ** random.bigint(1n, 24n);
  return {
    sender: accountId(1000 + sender),
    recipient: accountId(1000 + recipient),
    token: random.pick(tokens),
    total: random.bigint(2n, 99n) * scale + random.bigint(0n, scale),
    feeBps: random.pick([0, 0, 25, 10_000]),
  };
}

export function createStream(contract: ContractModel, random: SeededRandom, plan: ActivityPlan): bigint | false {
  const terms = newTerms(random, plan);
  const length = random.bigint(30n, BigInt(plan.longestSeconds));
  if (random.chance(0.2)) return contract.createDraft(terms, length);
  const start = random.chance(0.15) ? contract.now + random.bigint(1n, length) : contract.now;
  return contract.create(terms, start, start + length);
}

/** Something that its parties might do with a stream now; false where the contract refuses. */
export function operate(contract: ContractModel, random: SeededRandom, plan: ActivityPlan, id: bigint): boolean {
  const stream = contract.stream(id);
  if (stream === null) return false;
  const dice = random.int(1, 100);
  if (stream.status === "Draft") return dice <= 70 ? contract.start(id) : dice <= 85 && contract.cancel(id);
  if (stream.status !== "Active" && stream.status !== "Paused") return false;
  if (contract.now >= stream.end_time && dice <= 40) return contract.settle(id);
  if (plan.amendments && dice > 92) return contract.amend(id, contract.now + random.bigint(5n, 5_000n));
  if (dice > 86) return contract.cancel(id);
  if (dice > 60) return stream.status === "Active" ? contract.pause(id) : contract.resume(id);
  const available = vestedAmount(stream, contract.now) - stream.released_amount;
  if (available <= 0n) return false;
  return contract.withdraw(id, random.chance(0.3) ? available : random.bigint(1n, available));
}

/** Something small that does not end a stream; a settled or cancelled one stays as it is. */
export function stir(contract: ContractModel, random: SeededRandom, id: bigint): boolean {
  const stream = contract.stream(id);
  if (stream === null || stream.start_time > contract.now) return false;
  if (stream.status === "Draft") return contract.start(id);
  const available = vestedAmount(stream, contract.now) - stream.released_amount;
  if (available > 20n && stream.released_amount + available < stream.total_amount && random.chance(0.7)) {
    return contract.withdraw(id, random.bigint(1n, available / 10n));
  }
  return stream.status === "Active" ? contract.pause(id) : stream.status === "Paused" && contract.resume(id);
}
