import { EscrowParts, type EscrowReading } from "./escrow-parts.js";
import type { EscrowOptions } from "./escrow-requests.js";

/** An escrow that moves is read again for so long, and so often, with a breath in between. */
const PATIENCE_MS = 8_000;
const MOST_ROUNDS = 40;
const PAUSE_MS = 100;

/**
 * Reads all of an escrow again, every stream up to the contract's counter and the balances, until all of it was so at
 * one ledger. A small escrow fits into one request. Of a larger one, what was answered before the newest change is read
 * again: nodes answer at different ledgers, and streams move in between.
 * @yields what follows from each round; the last is of one ledger, unless patience came to its end
 * @throws UnavailableError when the chain, or a part of it, cannot be read
 */
export async function* readEscrow(tokens: readonly string[], options: EscrowOptions): AsyncGenerator<EscrowReading> {
  const { clock, read } = options;
  const parts = new EscrowParts(tokens, options);
  const giveUpAt = clock.now() + PATIENCE_MS;
  for (let round = 1; round <= MOST_ROUNDS && clock.now() <= giveUpAt; round++) {
    if (round > 1) await clock.sleep(PAUSE_MS, read.signal);
    await parts.readWhatIsOld();
    const { reading } = parts;
    yield reading;
    if (reading.proof === "one-ledger") return;
  }
}
