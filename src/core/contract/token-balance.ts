import type { EntryFault, LedgerEntry } from "../../ports/on-chain-client.js";
import { readOr } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import { contractDataKey, instanceKey } from "../xdr/ledger-key.js";
import type { ScVal } from "../xdr/scval.js";

/** What a token's contract says that a holder has. */
export interface TokenBalance {
  /** In base units; null when the token keeps balances in a way that is not known here. */
  readonly amount: bigint | null;
  /** The ledger that last changed it; 0 when there is no entry. */
  readonly modified: number;
}

/** The two ledger keys that `readBalance` needs, in its order. */
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
export function readBalance(entry: Answer, instance: Answer): TokenBalance {
  if (entry === null) return { amount: mayKeepBalancesElsewhere(instance) ? null : 0n, modified: 0 };
  if (entry.kind === "fault") return { amount: null, modified: 0 };
  const amount = readOr(
    () => amountOf(decodeScVal(entry.value)),
    () => null,
  );
  return { amount, modified: entry.lastModifiedLedger };
}

function amountOf(value: ScVal): bigint | null {
  if (value.type === "i128") return value.value;
  if (value.type !== "map") return null;
  const amount = value.value?.find(({ key }) => key.type === "symbol" && key.value === "amount")?.val;
  return amount?.type === "i128" ? amount.value : null;
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
