import type { Layout } from "../core/contract/layout.js";
import { flowfi } from "./flowfi.js";
import { fluxora } from "./fluxora.js";
import { stellarstream, stellarstreamInstance } from "./stellarstream.js";
import { stellarstreamHq, stellarstreamHqV2 } from "./stellarstream-hq.js";
import { streampay } from "./streampay.js";
import { streampayContracts, streampayContractsPersistent } from "./streampay-contracts.js";
import { streampayFork } from "./streampay-fork.js";

/** The layouts that come with the program, by the name that `contract.layout` calls them. */
export const PRESETS = {
  streampay,
  "streampay-contracts": streampayContracts,
  "streampay-contracts-persistent": streampayContractsPersistent,
  "streampay-fork": streampayFork,
  flowfi,
  stellarstream,
  "stellarstream-instance": stellarstreamInstance,
  "stellarstream-hq": stellarstreamHq,
  "stellarstream-hq-v2": stellarstreamHqV2,
  fluxora,
} as const satisfies Readonly<Record<string, Layout>>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

export const DEFAULT_PRESET: PresetName = "streampay";
