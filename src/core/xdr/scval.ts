/**
 * A Soroban value as plain data, with one member per SCVal arm that a contract can store (Stellar-contract.x).
 * Integers that may exceed 2^53 are bigint; addresses are strkeys (G…, C…, M…, B…, L…).
 */
export type ScVal =
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "void" }
  /** `errorType` is an SCErrorType (0 = contract); `code` is the contract's own code or an SCErrorCode. */
  | { readonly type: "error"; readonly errorType: number; readonly code: number }
  | { readonly type: "u32" | "i32"; readonly value: number }
  | {
      readonly type: "u64" | "i64" | "timepoint" | "duration" | "u128" | "i128" | "u256" | "i256" | "ledger_key_nonce";
      readonly value: bigint;
    }
  /** An SCString is bytes; its encoding is not guaranteed. */
  | { readonly type: "bytes" | "string"; readonly value: Uint8Array }
  | { readonly type: "symbol" | "address"; readonly value: string }
  /** XDR allows an absent vector or map, but no contract writes one. */
  | { readonly type: "vec"; readonly value: readonly ScVal[] | null }
  | { readonly type: "map"; readonly value: readonly ScMapEntry[] | null }
  | {
      readonly type: "contract_instance";
      /** The Wasm hash (32 bytes), or null for a Stellar Asset Contract. */
      readonly wasmHash: Uint8Array | null;
      readonly storage: readonly ScMapEntry[] | null;
    }
  | { readonly type: "ledger_key_contract_instance" };

export interface ScMapEntry {
  readonly key: ScVal;
  readonly val: ScVal;
}
