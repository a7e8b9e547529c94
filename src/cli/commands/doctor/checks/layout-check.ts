import type { Layout } from "../../../../core/contract/layout.js";
import { greatestId } from "../../../../core/contract/stream-key.js";
import { type CheckResult, fail, ok, warn } from "../../../../core/doctor/check.js";
import { type ContractEntry, readStreamEntries, type StreamEntries } from "../../../../core/doctor/contract-entries.js";
import { HOW_TO_DESCRIBE } from "../../../../core/rules/layout-advice.js";
import { LayoutFit } from "../../../../core/rules/layout-fit.js";
import { misfitText } from "../../../../core/rules/misfit.js";
import type { Role } from "../../../../core/values/field.js";
import { keyText } from "../../../../core/xdr/scval-text.js";
import type { OnChainClient } from "../../../../ports/on-chain-client.js";
import { PRESETS } from "../../../../presets/presets.js";
import { type Context, many } from "../context.js";

/**
 * Whether streams are where the layout says and have its fields.
 * @param preset finds a layout that would fit with fewer misses
 */
export async function judgeLayout(
  streams: StreamEntries,
  entry: ContractEntry,
  context: Context,
  preset: (misses: number) => Promise<string | null>,
): Promise<CheckResult> {
  const { mapping } = context.settings.database;
  const { layout } = context.settings.contract;
  const failing = context.settings.failOn.includes("incomplete") ? fail : warn;
  if (streams.faults.length > 0) {
    const found = [`${many(streams.faults.length, "entry cannot", "entries cannot")} be read:`, streams.faults[0]!];
    return failing(found, ["If the contract is new, this version may not know its types of values: update the tool."]);
  }
  if (streams.values.length === 0)
    return noStreams(streams, entry, context, presetAdvice(await preset(Number.POSITIVE_INFINITY)));
  const compared = Object.keys(mapping.fields);
  const fit = fitOf(streams, layout, compared);
  const facts = otherFields(fit);
  if (fit.misfits.length === 0) {
    const fields = Object.keys(layout.fields).length - fit.absent.length;
    const fits = [`"${layout.name}" fits ${many(fit.entries, "stream")}: ${many(fields, "field")}`, ...facts];
    const better = lacksEssential(fit, layout) ? await preset(missesOf(fit)) : null;
    return better === null ? ok(...fits) : warn(fits, presetAdvice(better));
  }
  const found = fit.misfits.map((misfit) => {
    const share = misfit.entries === fit.entries ? "" : ` (${misfit.entries} of ${fit.entries} streams)`;
    return `${misfitText(misfit, layout)}${share}`;
  });
  return failing(
    [`layout "${layout.name}" does not fit the contract:`, ...found, ...facts],
    [...presetAdvice(await preset(missesOf(fit))), ...fit.advice],
  );
}

function fitOf({ values }: StreamEntries, layout: Layout, compared: Iterable<string>): LayoutFit {
  const fit = new LayoutFit(layout, compared);
  for (const value of values) fit.look(0n, value);
  return fit;
}

function otherFields({ absent, extra }: LayoutFit): string[] {
  const facts: string[] = [];
  if (absent.length > 0) facts.push(`not in this contract, so not compared: ${absent.join(", ")}`);
  if (extra.length > 0) facts.push(`in the contract but not in the layout: ${extra.join(", ")}`);
  return facts;
}

function noStreams(
  streams: StreamEntries,
  entry: ContractEntry,
  { settings }: Context,
  advice: readonly string[],
): CheckResult {
  const { key, storage } = settings.contract.layout.stream;
  const looked = `no stream was found under ${JSON.stringify(key)} (${storage}); ${many(streams.asked, "id")} looked up`;
  const keys = entry.kind === "present" ? entry.storage.slice(0, 8).map((stored) => keyText(stored.key)) : [];
  const facts = keys.length === 0 ? [] : [`keys in the contract's instance: ${keys.join(", ")}`];
  const action = "If the contract has streams, contract.layout.stream does not find them.";
  return warn([looked, ...facts], [...advice, action, HOW_TO_DESCRIBE]);
}

const presetAdvice = (name: string | null): string[] =>
  name === null ? [] : [`The layout "${name}" fits this contract: contract.layout: ${name}`];

/**
 * The name of the preset that fits the contract best; null: no other preset fits.
 * @param most the preset has to miss fewer fields than this
 */
export async function fittingPreset(
  chain: OnChainClient,
  { settings, signal }: Context,
  ids: readonly bigint[],
  most: number,
): Promise<string | null> {
  const { id, layout } = settings.contract;
  const candidates: { readonly name: string; readonly misses: number }[] = [];
  for (const preset of Object.values(PRESETS)) {
    if (preset.name === layout.name) continue;
    const limit = greatestId(preset.stream.key);
    const possible = ids.filter((known) => known <= limit);
    if (possible.length === 0) continue;
    const streams = await readStreamEntries(chain, preset, id, possible, { signal });
    const fit = presetFit(preset, streams);
    if (fit !== null && missesOf(fit) < most) candidates.push({ name: preset.name, misses: missesOf(fit) });
  }
  const [best] = candidates.sort((a, b) => a.misses - b.misses);
  return best?.name ?? null;
}

/** How many fields do not fit, or are in only one of layout and struct. */
const missesOf = ({ misfits, absent, extra }: LayoutFit): number => misfits.length + absent.length + extra.length;

/** A layout whose essential fields are missing is another contract's, however similar the rest. */
const ESSENTIAL: readonly (Role | undefined)[] = ["recipient", "total", "released", "balance"];

const lacksEssential = ({ absent }: LayoutFit, { fields }: Layout): boolean =>
  absent.some((name) => ESSENTIAL.includes(fields[name]!.role));

/** How the layout fits; null: it cannot be the right one. */
function presetFit(preset: Layout, streams: StreamEntries): LayoutFit | null {
  if (streams.values.length === 0 || streams.faults.length > 0) return null;
  const fit = fitOf(streams, preset, []);
  return fit.misfits.length === 0 && !lacksEssential(fit, preset) ? fit : null;
}
