import { ReconcileError } from "../../core/errors.js";
import { idOfOrphan } from "../../core/report/stream-outcome.js";
import type { RowPlan } from "../../core/rules/mapping.js";
import type { ReadRows } from "../../core/run/run-context.js";
import { editDistance } from "../../core/values/edit-distance.js";
import { mostSlips } from "../../core/values/suggest.js";

/** Rows that are looked through for an id that was mistyped. */
const MOST_ROWS = 50_000;
/** Ids that are looked for; whoever gives more than these at once has no typing mistake. */
const MOST_IDS = 10;
const MOST_SUGGESTED = 3;

interface Candidate {
  readonly streamId: string;
  readonly steps: number;
}

/**
 * For ids that no row has, what may have been meant, as the end of a sentence: the nearest among the first rows. It only
 * helps a person: when the database cannot be read, there is nothing to suggest.
 */
export async function similarIds(
  wanted: readonly string[],
  readRows: ReadRows,
  plan: RowPlan,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const searches = wanted
    .filter((id) => idOfOrphan(id) === null)
    .slice(0, MOST_IDS)
    .map((id) => new Search(id));
  if (searches.length === 0) return new Map();
  try {
    let seen = 0;
    const { pages } = await readRows(null);
    for await (const page of pages) {
      for (const row of page) {
        const streamId = String(row[plan.streamIdIndex]);
        const onChainId = String(row[plan.onChainIdIndex]);
        for (const search of searches) search.look(streamId, onChainId);
      }
      seen += page.length;
      if (seen >= MOST_ROWS) break;
    }
  } catch (error) {
    if (!(error instanceof ReconcileError) && !signal.aborted) throw error;
    return new Map();
  }
  return new Map(searches.map((search) => [search.wanted, search.suggestion]));
}

class Search {
  readonly wanted: string;
  readonly #lower: string;
  readonly #limit: number;
  #best: Candidate[] = [];
  /** The number that may be meant for the contract's own. */
  readonly #number: string | null;
  readonly #namesChain: boolean;
  #byOnChainId: string | null = null;
  readonly #examples: string[] = [];

  constructor(wanted: string) {
    this.wanted = wanted;
    this.#lower = wanted.trim().toLowerCase();
    const numbered = /^(on[-_ ]?chain\W*)?(\d{1,39})$/.exec(this.#lower);
    this.#number = numbered?.[2] ?? null;
    this.#namesChain = numbered?.[1] !== undefined;
    this.#limit = mostSlips(wanted);
  }

  look(streamId: string, onChainId: string): void {
    if (this.#examples.length < 2) this.#examples.push(streamId);
    if (onChainId === this.#number) this.#byOnChainId ??= streamId;
    // Once enough are known, only a nearer one is worth counting.
    const most = this.#best.length < MOST_SUGGESTED ? this.#limit : this.#best.at(-1)!.steps - 1;
    const steps = editDistance(this.#lower, streamId.toLowerCase(), most);
    if (steps > most) return;
    this.#best = [...this.#best, { streamId, steps }].sort((a, b) => a.steps - b.steps).slice(0, MOST_SUGGESTED);
  }

  get suggestion(): string {
    if (this.#byOnChainId !== null) {
      return `: did you mean ${JSON.stringify(this.#byOnChainId)}, which the contract calls ${this.#number}?`;
    }
    if (this.#namesChain) return `: did you mean "on-chain:${this.#number}"?`;
    const [best, ...others] = this.#best;
    // One slip of the finger says what was meant; where all are as far, all are named.
    if (best !== undefined) {
      const near = [best, ...others.filter(({ steps }) => steps === best.steps)];
      return `: did you mean ${near.map(({ streamId }) => JSON.stringify(streamId)).join(" or ")}?`;
    }
    if (this.#examples.length === 0) return "";
    return `; ids look like ${this.#examples.map((id) => JSON.stringify(id)).join(" and ")}`;
  }
}
