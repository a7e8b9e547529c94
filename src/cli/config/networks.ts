import { createHash } from "node:crypto";
import { ConfigurationError } from "../../core/errors.js";
import type { ChainDescription } from "../../ports/on-chain-client.js";

/** Passphrases of the public networks by the names that people use (Stellar's documentation, "Networks"). */
const PASSPHRASES: Readonly<Record<string, string>> = {
  mainnet: "Public Global Stellar Network ; September 2015",
  testnet: "Test SDF Network ; September 2015",
  futurenet: "Test SDF Future Network ; October 2022",
  standalone: "Standalone Network ; February 2017",
};

const ALIASES: Readonly<Record<string, string>> = { public: "mainnet", pubnet: "mainnet", local: "standalone" };

export const NETWORK_NAMES = [...Object.keys(PASSPHRASES), ...Object.keys(ALIASES)];

/** A network's id: SHA-256 of its passphrase, in lower-case hex. */
export function networkId(passphrase: string): string {
  return createHash("sha256").update(passphrase).digest("hex");
}

/** The passphrase of a named network; null when the name is unknown. */
export function passphraseOf(name: string): string | null {
  const key = name.toLowerCase();
  return PASSPHRASES[ALIASES[key] ?? key] ?? null;
}

/** What a network is called: its short name where it has one, else what is known of it; null when nothing is. */
export function networkName(known: {
  readonly passphrase: string | null;
  readonly networkId: string | null;
}): string | null {
  const id = known.passphrase === null ? known.networkId : networkId(known.passphrase);
  const named = Object.entries(PASSPHRASES).find(([, passphrase]) => networkId(passphrase) === id);
  return named?.[0] ?? known.passphrase ?? known.networkId;
}

/**
 * Refuses a chain that is not the configured network: every stream would look wrong, or worse, right.
 * @returns whether the network could be checked at all
 */
export function checkNetwork(description: ChainDescription, expected: string | null): boolean {
  if (expected === null) return true;
  const { passphrase } = description;
  const found = description.networkId ?? (passphrase === null ? null : networkId(passphrase));
  if (found === null) return false;
  if (found === networkId(expected)) return true;
  const name = passphrase === null ? `the network with id ${found}` : `"${passphrase}"`;
  throw new ConfigurationError("wrong_network", "The chain is not the configured network.", {
    details: [`configured: "${expected}" (contract.network)`, `found: ${name}`],
    hints: ["Give the RPC endpoint or the snapshot of the configured network, or correct contract.network."],
  });
}
