import type { Layout } from "../../core/contract/layout.js";
import { PRESETS, type PresetName } from "../../presets/presets.js";

type Section = Readonly<Record<string, unknown>>;

/**
 * A layout object that `extends` a preset, completed from the preset. `null` removes something of the preset.
 * Nothing is checked here: mistakes stay as they are, for the schema to report. Other values are returned unchanged.
 */
export function withPreset(value: unknown): unknown {
  if (!isSection(value) || typeof value.extends !== "string") return value;
  if (!Object.hasOwn(PRESETS, value.extends)) return value;
  const preset: Layout = PRESETS[value.extends as PresetName];
  const { database: _database, preset: _preset, ...base } = preset;
  const fields = isSection(value.fields) ? extended(base.fields, value.fields) : (value.fields ?? base.fields);
  return { ...over(base, value), fields };
}

/** Field by field, and within a field key by key. */
function extended(base: Section, changes: Section): Section {
  const changed = Object.entries(changes).map(([name, change]) => {
    const field = base[name];
    return [name, isSection(field) && isSection(change) ? over(field, change) : change] as const;
  });
  return over(base, Object.fromEntries(changed));
}

function over(base: Section, changes: Section): Section {
  const isTaken = (key: string) => key in base && changes[key] === null;
  return Object.fromEntries(Object.entries({ ...base, ...changes }).filter(([key]) => !isTaken(key)));
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
