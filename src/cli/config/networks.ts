import { createHash } from "node:crypto";

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
