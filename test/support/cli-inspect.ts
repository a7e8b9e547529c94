import { type CliWorld, createWorld, rowOf, WORLD_CONTRACT } from "./cli-world.js";
import { ManualClock } from "./manual-clock.js";
import type { RpcServerOptions } from "./rpc-server.js";
import { accountId, address, i128, putStream, type StreamStruct, streamStruct, u64 } from "./streampay-contract.js";
import { eventOf, happen, withdraw } from "./streampay-history.js";

export const HEAD = 58_240_000;
const CLOSE_TIME = 1_790_000_000;
const START = BigInt(CLOSE_TIME - 4_000_000);

/** A stream of 100 tokens over 8,000,000 s that is half way. */
export function runningStream(id: bigint, overrides: Partial<StreamStruct> = {}): StreamStruct {
  return streamStruct({
    ...{ id, sender: accountId(Number(id) + 100), total_amount: 1_000_000_000n, released_amount: 0n },
    ...{ start_time: START, end_time: START + 8_000_000n, duration: 8_000_000n, last_update: START },
    ...overrides,
  });
}

export interface InspectWorld extends CliWorld {
  /** Each wait lets a ledger close: what differs can be looked at again. */
  readonly clock: ManualClock;
}

/** Stream 1: two withdrawals that the row, which claims to have seen them, lacks. 2 and 3 as `createWorld` has them. */
export async function createInspectWorld(
  edit: (rows: Record<string, string>[]) => void = () => {},
  options: RpcServerOptions = {},
): Promise<InspectWorld> {
  const created = runningStream(1n);
  const world = await createWorld((rows) => {
    rows[0] = rowOf({ ...created, released_amount: 150_000_000n }, HEAD - 10);
    for (const row of rows.slice(1)) row.last_sync_ledger = String(HEAD - 10);
    edit(rows);
  }, options);
  const { ledger } = world;
  ledger.sequence = HEAD;
  ledger.closeTime = CLOSE_TIME;
  happen(ledger, WORLD_CONTRACT, {
    ledger: HEAD - 30_000,
    call: "create_stream",
    after: created,
    events: [createdEvent(created)],
  });
  const first = withdraw(ledger, WORLD_CONTRACT, created, 150_000_000n, HEAD - 20_000).after;
  const second = withdraw(ledger, WORLD_CONTRACT, first, 200_000_000n, HEAD - 900).after;
  const third = withdraw(ledger, WORLD_CONTRACT, second, 50_000_000n, HEAD - 300).after;
  putStream(ledger, WORLD_CONTRACT, third, { lastModified: HEAD - 300 });
  const clock = new ManualClock(CLOSE_TIME * 1000);
  clock.onSleep = () => {
    ledger.sequence += 1;
    ledger.closeTime += 5;
  };
  return { ...world, clock };
}

const createdEvent = ({ id, sender, recipient, token, total_amount }: StreamStruct) =>
  eventOf(WORLD_CONTRACT, "created", [
    u64(id),
    address(sender),
    address(recipient),
    address(token),
    i128(total_amount),
  ]);

/** What no output for people may have: lines wider than a terminal, and bytes that drive one. */
export function expectFit(stdout: string, width = 80): void {
  const wide = stdout.split("\n").filter((line) => [...line].length > width);
  expect(wide).toEqual([]);
  expect(stdout.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
}
