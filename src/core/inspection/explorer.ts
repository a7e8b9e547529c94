/** Where an explorer shows a thing. Only public networks have one; a private ledger is nobody else's to show. */
export interface Explorer {
  /** What every link starts with. */
  readonly root: string;
  contract(id: string): string;
  transaction(hash: string): string;
  ledger(sequence: number): string;
}

/** By the names that reports use. */
const STELLAR_EXPERT: Readonly<Record<string, string>> = { mainnet: "public", testnet: "testnet" };

/** @param network the name of the network as the report has it */
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
