import type { Layout } from "../../src/core/contract/layout.js";
import { PHASES } from "../../src/core/values/phase.js";
import { DEFAULT_PRESET, PRESETS } from "../../src/presets/presets.js";
import { codeSpans, documentOf, tableRows } from "./markdown.js";

const layouts = documentOf("docs/layouts.md");
const rowsOf = (heading: string) => tableRows(layouts, heading).filter(([name = ""]) => name.startsWith("`"));
const presets = Object.entries<Layout>(PRESETS);

describe("docs/layouts.md", () => {
  it("describes every layout: where its streams are, their first id, and its invariants", () => {
    const documented = rowsOf("The layouts that there are").map(
      ([name = "", , stream = "", first, invariants = ""]) => [
        codeSpans(name)[0],
        stream.startsWith("a value in the instance"),
        first,
        codeSpans(invariants).sort(),
      ],
    );
    expect(documented).toEqual(
      presets.map(([name, { stream, nextId, invariants = [] }]) => [
        name,
        stream.storage === "instance",
        nextId?.firstId,
        // The default's are nearly all there are: the table names the others.
        name === DEFAULT_PRESET ? ["active_has_started", "rate_positive"] : [...invariants].sort(),
      ]),
    );
    for (const name of ["active_has_started", "rate_positive"])
      expect(PRESETS[DEFAULT_PRESET].invariants).not.toContain(name);
  });

  it("describes the database of every layout that has one", () => {
    const documented = rowsOf("The database of a layout").map(
      ([name = "", table = "", id = "", cursor = "", rows = "", fields = ""]) => [
        ...[name, table, id].map((cell) => codeSpans(cell)[0]),
        codeSpans(cursor),
        [rows.startsWith("all but "), rows.startsWith("those whose ") ? codeSpans(rows)[0] : undefined],
        Object.fromEntries(
          fields.split(", ").map((cell) => {
            const [field, column = field] = codeSpans(cell);
            return [field, { column }];
          }),
        ),
      ],
    );
    const cursorOf = (cursor: NonNullable<Layout["database"]>["cursor"]) => {
      if (cursor === null) return [];
      if (cursor === undefined) return ["last_sync_ledger"];
      return [cursor.column, ...(cursor.table === undefined ? [] : [cursor.table])];
    };
    expect(documented).toEqual(
      presets
        .filter(([, { database }]) => database !== undefined)
        .map(([name, { database }]) => [
          ...[name, database!.table ?? "streams", database!.onChainId ?? "on_chain_id"],
          cursorOf(database!.cursor),
          [database!.where !== undefined, database!.contractColumn],
          Object.fromEntries(Object.entries(database!.fields!).map(([field, { column }]) => [field, { column }])),
        ]),
    );
  });

  it("says of every layout what never changes, what only grows, and which statuses are final", () => {
    const documented = rowsOf("What a stream can become").map((cells) => cells.map(codeSpans));
    const marked = presets.map(([name, { fields, finalStatuses = [] }]) => {
      const those = (mark: string) => Object.keys(fields).filter((field) => fields[field]!.changes === mark);
      return [[name], those("never"), those("grows"), [...finalStatuses]];
    });
    expect(documented).toEqual(marked.filter(([, ...marks]) => marks.flat().length > 0));
  });

  it("names every phase", () => {
    const [row] = tableRows(layouts, "The keys of a layout").filter(([key = ""]) => key.includes("phases.<name>"));
    expect(codeSpans(row![2]!).slice(1)).toEqual([...PHASES]);
  });
});
