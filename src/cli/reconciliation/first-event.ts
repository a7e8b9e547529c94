import type { FirstEvent } from "../../core/again/confirmation.js";
import { ReconcileError } from "../../core/errors.js";
import { chainOf } from "../sources/chains.js";
import type { RunRequest } from "./current-run.js";

/** Asks the node for the contract's first event from a ledger on. A node that refuses is no error: nothing is known then. */
export function firstEventOf({ settings, io }: RunRequest, signal: AbortSignal): FirstEvent {
  return async (from) => {
    const history = await chainOf(settings.chain.url).openHistory(settings.chain, io);
    if (history === null) return null;
    try {
      const { first, last } = await history.retained({ signal });
      const isExact = from >= first;
      const range = { first: Math.max(from, first), last };
      for await (const [event] of history.events(settings.contract.id, range, { signal })) {
        if (event !== undefined) return { ledger: event.ledger, isExact };
      }
      return { ledger: null, isExact };
    } catch (error) {
      if (error instanceof ReconcileError) return null;
      throw error;
    } finally {
      await history.close();
    }
  };
}
