import { nearest, nearestName, similar, suggestion } from "../../../src/core/values/suggest.js";

describe("the word that was mistyped", () => {
  it.each<[string, readonly string[], string | null]>([
    ["jsno", ["json", "ndjson"], "json"],
    ["LAST-LEDGER", ["lastLedger"], "lastLedger"],
    ["größe", ["grösse"], "grösse"],
    ["streem", ["stream", "streams"], "stream"],
    ["abc", ["xyc", "xyz"], null],
    ["ids", ["id"], "id"],
    ["total", ["released"], null],
    ["поток", ["id"], null],
    ["--", ["id"], null],
    ["", ["id"], null],
    ["id", [], null],
  ])("%j among %j is %j", (word, known, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it("is suggested, or what there is", () => {
    expect(suggestion("tabel", ["url", "table"])).toBe('did you mean "table"?');
    expect(suggestion("x", ["url", "table"])).toBe("known: table, url");
    expect(suggestion("x", ["url", "table"], ", or none")).toBe("known: table, url, or none");
  });

  it("may stand for several that have it as a part", () => {
    const known = ["drift", "permission", "table_permission", "permissible"];
    expect(similar("permission", known)).toEqual(["permission", "table_permission"]);
    expect(similar("perm", known)).toEqual(["permission", "table_permission", "permissible"]);
    expect(similar("dr", known)).toEqual([]);
    const many = Array.from({ length: 9 }, (_, i) => `row_${i}`);
    expect(similar("row", many)).toEqual(many.slice(0, 5));
  });
});

describe("the name that means the same", () => {
  it.each<[string, readonly string[], string | null]>([
    ["withdrawn_amount", ["amount", "withdrawn"], "withdrawn"],
    ["withdrawnAmount", ["deposit_amount", "amount_withdrawn"], "amount_withdrawn"],
    ["recipient", ["recipent"], "recipent"],
    ["withdrawn", ["duration", "released_amount"], "released_amount"],
    ["recipient_address", ["receiver_address", "recipientaddress"], "recipientaddress"],
    // One table of synonyms, whichever side a word is from.
    ["total_amount", ["released_amount", "principal_amount"], "principal_amount"],
    ["sender", ["depositor", "recipient"], "depositor"],
    ["sender_address", ["recipient_address", "owner_address"], "owner_address"],
    ["on_chain_id", ["id_of_row", "stream_id"], "stream_id"],
    ["last_sync_ledger", ["ledger_closed_at", "last_synced_block"], "last_synced_block"],
    ["total", ["fee", "x"], null],
    ["total", [], null],
  ])("%j among %j is %j", (name, known, meant) => {
    expect(nearestName(name, known)).toBe(meant);
  });

  it.each<[string, readonly string[], string, string | null]>([
    ["locked_by_payer", ["deposit", "fee"], "total", "deposit"],
    ["amount", ["amount_out", "deposit_amount"], "total", "deposit_amount"],
    ["fare", ["fee"], "fee_bps", "fee"],
    ["locked_by_payer", ["fee", "rate"], "total", null],
  ])("%j among %j is, by its role %s, %j", (name, known, role, meant) => {
    expect(nearestName(name, known, role)).toBe(meant);
  });
});
