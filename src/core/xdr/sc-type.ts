/** Discriminants of SCVal, SCAddress and contract executables (stellar-xdr, Stellar-contract.x). */
export const ScType = {
  bool: 0,
  void: 1,
  error: 2,
  u32: 3,
  i32: 4,
  u64: 5,
  i64: 6,
  timepoint: 7,
  duration: 8,
  u128: 9,
  i128: 10,
  u256: 11,
  i256: 12,
  bytes: 13,
  string: 14,
  symbol: 15,
  vec: 16,
  map: 17,
  address: 18,
  contractInstance: 19,
  ledgerKeyContractInstance: 20,
  ledgerKeyNonce: 21,
} as const;

export const ScAddressType = {
  account: 0,
  contract: 1,
  muxedAccount: 2,
  claimableBalance: 3,
  liquidityPool: 4,
} as const;

export const ExecutableType = { wasm: 0, stellarAsset: 1 } as const;

/** Rejects deeply nested values instead of recursing. The network's own limit for a transaction is 500. */
export const MAX_DEPTH = 200;

/** Sixteen times what the network allows an entry (docs/contract-facts.md#values-in-xdr); events are smaller still. */
export const MAX_VALUE_BYTES = 1024 * 1024;

/** SCError types range from 0 (contract, with its own code) to 9 (auth). */
export const MAX_ERROR_TYPE = 9;

/** SCErrorCode ranges from 0 (arithmetic domain) to 9 (unexpected size). All types except contract errors use it. */
export const MAX_ERROR_CODE = 9;
