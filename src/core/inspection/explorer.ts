/** Links to a block explorer, which only public networks have. */
export interface Explorer {
  /** The prefix of every link. */
  readonly root: string;
  contract(id: string): string;
  transaction(hash: string): string;
  ledger(sequence: number): string;
}

/** By the network names used in reports. */
const STELLAR_EXPERT: Readonly<Record<string, string>> = { mainnet: "public", testnet: "testnet" };

/** @param network the network's name in the report */
export function explorerOf(network: string | null): Explorer | null {
  const name = network === null ? undefined : STELLAR_EXPERT[network];
  if (name === undefined) return null;
  const root = `https://stellar.expert/explorer/${name}`;
  return {
    root,
    contract: (id) => `${root}/contract/${id}`,
    transaction: (hash) => `${root}/tx/${hash}`,
    ledger: (sequence) => `${root}/ledger/${sequence}`,
  };
}
