import type { ChalkInstance } from "chalk";
import type { Inspection } from "../../core/inspection/inspection.js";
import { readOr } from "../../core/values/field.js";
import { decodeScVal } from "../../core/xdr/decode.js";
import type { ScVal } from "../../core/xdr/scval.js";
import { scValText } from "../../core/xdr/scval-text.js";
import { prose, titled } from "../text/grid.js";
import { printable } from "../text/readable.js";
import { base64 } from "./base64.js";
import { pairs } from "./parts.js";

/** The entry as the network has it: XDR for other tools, and decoded by type alone, whatever the layout says. */
export function rawBlock({ raw, showRaw }: Inspection, width: number, paint: ChalkInstance): string {
  if (raw === null || !showRaw) return "";
  const key = prose(["LedgerKey:", base64(raw.key)], width, "  ");
  const value =
    raw.value === null
      ? prose(["the value's bytes could not be had"], width, "  ")
      : [...prose(["ScVal:", base64(raw.value), "decoded:"], width, "  "), decodedText(raw.value, width)];
  return titled("Raw entry (XDR, base64)", [...key, ...value].join("\n"), paint);
}

function decodedText(bytes: Uint8Array, width: number): string {
  return readOr(
    () => {
      const value = decodeScVal(bytes);
      const rows = value.type === "map" && value.value !== null ? value.value.map(entryRow) : [rowOf("", value)];
      return pairs(rows, width);
    },
    ({ message }) => prose([`cannot be decoded: ${message}`], width, "  ").join("\n"),
  );
}

const entryRow = ({ key, val }: { readonly key: ScVal; readonly val: ScVal }) => rowOf(scValText(key), val);

const rowOf = (name: string, value: ScVal): string[] => [printable(name), value.type, printable(scValText(value))];
