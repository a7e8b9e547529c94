import type { EntryBatch, EntryFault, LedgerEntry, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import { readOr } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import { contractDataKey, instanceKey } from "../xdr/ledger-key.js";
import type { ScVal } from "../xdr/scval.js";

/** What a token's contract says that a holder has. */
export interface TokenBalance {
  /** In base units; null when the token keeps balances in a way that is not known here. */
  readonly amount: bigint | null;
  /** The ledger that last changed it; where there is no entry, nobody can tell since when: the one at which it was read. */
  readonly modified: number;
  /** The issuer of the token has taken away the holder's right to move it: nothing can be paid out. */
  readonly isFrozen: boolean;
  /** The ledger at which it was read. */
  readonly ledger: number;
  /** The last ledgers at which its entry, and that of the token's contract, are live; null: unknown. */
  readonly liveUntil: number | null;
  readonly tokenLiveUntil: number | null;
}

/**
 * Reads what a holder has of each token, in as many requests as they need.
 * @returns the balances by token, and the first ledger at which one was read
 * @throws UnavailableError when the chain cannot be read
 */
export async function readBalances(
  chain: OnChainClient,
  tokens: readonly string[],
  holder: string,
  options: ReadOptions,
): Promise<{ readonly balances: ReadonlyMap<string, TokenBalance>; readonly ledger: number }> {
  const balances = new Map<string, TokenBalance>();
  let ledger = Number.POSITIVE_INFINITY;
  const perRead = Math.max(1, Math.floor(chain.maxKeysPerRead / 2));
  for (let at = 0; at < tokens.length; at += perRead) {
    const part = tokens.slice(at, at + perRead);
    const keys = part.flatMap((token) => balanceKeys(token, holder));
    const batch = await chain.readEntries(keys, options);
    ledger = Math.min(ledger, batch.ledger);
    for (const [token, balance] of balancesIn(batch, part)) balances.set(token, balance);
  }
  return { balances, ledger };
}

/** The balances in an answer whose first entries are those of each token's `balanceKeys`. */
export function balancesIn({ ledger, entries }: EntryBatch, tokens: readonly string[]): Map<string, TokenBalance> {
  return new Map(tokens.map((token, i) => [token, readBalance(entries[2 * i]!, entries[2 * i + 1]!, ledger)]));
}

/** The two ledger keys that tell a balance: its own, and that of the token's contract. */
export function balanceKeys(token: string, holder: string): readonly [Uint8Array, Uint8Array] {
  const key: ScVal = {
    type: "vec",
    value: [
      { type: "symbol", value: "Balance" },
      { type: "address", value: holder },
    ],
  };
  return [contractDataKey(token, key), instanceKey(token)];
}

type Answer = LedgerEntry | EntryFault | null;

/**
 * Reads a balance as the Stellar Asset Contract keeps it (a map with `amount`), or as a bare i128, as other tokens
 * often do (docs/contract-facts.md#token-balances). Without an entry a Stellar Asset Contract's holder has nothing; of
 * another token nothing is known.
 */
function readBalance(entry: Answer, instance: Answer, ledger: number): TokenBalance {
  const read = { ledger, liveUntil: liveUntilOf(entry), tokenLiveUntil: liveUntilOf(instance) };
  if (entry?.kind === "entry") return { ...read, ...contentOf(entry.value), modified: entry.lastModifiedLedger };
  const amount = entry !== null || mayKeepBalancesElsewhere(instance) ? null : 0n;
  return { ...read, amount, isFrozen: false, modified: ledger };
}

const liveUntilOf = (entry: Answer): number | null => (entry?.kind === "entry" ? entry.liveUntilLedger : null);

function contentOf(bytes: Uint8Array): Pick<TokenBalance, "amount" | "isFrozen"> {
  const value = readOr(
    () => decodeScVal(bytes),
    () => null,
  );
  if (value?.type === "i128") return { amount: value.value, isFrozen: false };
  const fields = value?.type === "map" ? (value.value ?? []) : [];
  const field = (name: string) => fields.find(({ key }) => key.type === "symbol" && key.value === name)?.val;
  const [amount, authorized] = [field("amount"), field("authorized")];
  return {
    amount: amount?.type === "i128" ? amount.value : null,
    isFrozen: authorized?.type === "bool" && !authorized.value,
  };
}

function mayKeepBalancesElsewhere(instance: Answer): boolean {
  // Without the token's own contract nothing vouches for a balance of zero.
  if (instance === null || instance.kind === "fault") return true;
  const value = readOr(
    () => decodeScVal(instance.value),
    () => null,
  );
  return value?.type !== "contract_instance" || value.wasmHash !== null;
}
