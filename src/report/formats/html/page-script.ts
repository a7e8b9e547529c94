/** Findings that are put on paper: more than so many no browser lays out in pages in a time that anybody waits. */
export const PRINTED = 3000;

/** The page's script. Its hash is in the page's policy: a test holds the two together. */
export const SCRIPT_HASH = "sha256-7S3kdOGhs5jP/iCL5FY1tlE4lF4H1Cer3UrtBcsCJQk=";

/** Findings on a page of the table. */
export const PAGE_SIZE = 100;

/**
 * Sorts, filters and leafs through the findings. Everything is in the document before: the script only hides and moves it,
 * so that nothing is lost without it. It has no handlers in attributes and changes no style: the page's policy forbids both.
 */
export const SCRIPT = `
"use strict";
// From here on a large table shows no more than its first page, so that nothing waits for the rest to be laid out.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", function () {
  try { start(); } finally { document.documentElement.classList.remove("js"); }
});
function start() {
  var table = document.querySelector(".findings");
  if (!table) return;
  var size = ${PAGE_SIZE};
  var by = function (id) { return document.getElementById(id); };
  var controls = document.querySelector(".controls"), pager = document.querySelector(".pager");
  var text = by("f-text"), kind = by("f-kind"), field = by("f-field"), order = by("f-sort");
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  var kinds = Array.prototype.map.call(kind.options, function (option) { return option.value; });
  var page = 0, isWhole = false, sorted = { column: -1, down: false };
  var collator = new Intl.Collator("en", { numeric: true });
  var all = Array.prototype.map.call(table.tBodies, function (body, index) {
    return { body: body, index: index, kind: body.getAttribute("data-kind"), words: null, keys: [] };
  });
  var list = all, found = all;

  function cellOf(one, column) { return one.body.rows[0].cells[column]; }
  function fieldOf(one) {
    return cellOf(one, 2).querySelector(".f").textContent;
  }
  function wordsOf(one) {
    if (one.words === null) one.words = one.body.textContent.toLowerCase();
    return one.words;
  }
  function keyOf(one, column) {
    if (one.keys[column] === undefined) {
      var cell = cellOf(one, column), digits = cell && cell.querySelector(".n");
      var whole = digits ? digits.textContent : cell ? cell.textContent.trim() : "";
      if (column === 0) one.keys[column] = kinds.indexOf(one.kind);
      else if (column > 2 && /^[-+]?\\d+$/.test(whole)) {
        var amount = BigInt(whole.replace("+", ""));
        one.keys[column] = column === 5 && amount < 0 ? -amount : amount;
      } else one.keys[column] = whole;
    }
    return one.keys[column];
  }
  function compare(a, b) {
    if (typeof a === "string" && typeof b === "string") return collator.compare(a, b);
    if (typeof a === "string" || typeof b === "string") return typeof a === "string" ? 1 : -1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  function sort() {
    var column = sorted.column, sign = sorted.down ? -1 : 1;
    list = all.slice();
    if (column >= 0) {
      list.sort(function (a, b) {
        var left = keyOf(a, column), right = keyOf(b, column);
        // What has no value comes last, whichever way the rest goes.
        if ((left === "") !== (right === "")) return left === "" ? 1 : -1;
        return sign * compare(left, right) || a.index - b.index;
      });
    }
    var parts = document.createDocumentFragment();
    list.forEach(function (one) { parts.appendChild(one.body); });
    table.appendChild(parts);
    heads.forEach(function (head, index) {
      if (index === column) head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    order.value = column < 0 ? "" : String(column);
  }
  function filter() {
    var wanted = text.value.trim().toLowerCase().split(/\\s+/).filter(Boolean);
    found = list.filter(function (one) {
      if (kind.value && one.kind !== kind.value) return false;
      if (field.value && fieldOf(one) !== field.value) return false;
      return wanted.every(function (word) { return wordsOf(one).indexOf(word) >= 0; });
    });
  }
  function shownText(from, to, whole) {
    var isFiltered = found.length < all.length, isOne = found.length === 1;
    if (found.length === 0) return "None of " + whole + " matches";
    if (to - from < found.length) {
      var range = "Findings " + grouped(from + 1) + " to " + grouped(to) + " of " + grouped(found.length);
      return isFiltered ? range + " that match, of " + whole : range;
    }
    return isFiltered ? grouped(found.length) + " of " + whole + (isOne ? " matches" : " match") : whole;
  }
  function grouped(number) { return number.toLocaleString("en"); }
  function show() {
    var pages = isWhole ? 1 : Math.max(1, Math.ceil(found.length / size));
    page = Math.min(page, pages - 1);
    var from = isWhole ? 0 : page * size, to = isWhole ? found.length : Math.min(found.length, from + size);
    all.forEach(function (one) { one.body.hidden = true; });
    found.forEach(function (one, index) {
      one.body.hidden = false;
      one.body.classList.toggle("off", index < from || index >= to);
      one.body.classList.toggle("unprinted", index >= ${PRINTED});
    });
    by("f-shown").textContent = shownText(from, to, all.length === 1 ? "1 finding" : grouped(all.length) + " findings");
    by("p-at").textContent = "Page " + (page + 1) + " of " + pages;
    by("p-prev").disabled = page === 0;
    by("p-next").disabled = page >= pages - 1;
    by("p-all").textContent = isWhole ? "Show pages" : "Show all";
    pager.hidden = found.length <= size;
  }
  function update() { page = 0; filter(); show(); }
  function sortBy(column) {
    // A third time: back to the report's order.
    if (sorted.column === column && sorted.down) sorted = { column: -1, down: false };
    else sorted = { column: column, down: sorted.column === column };
    sort();
    update();
  }

  heads.forEach(function (head, index) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.textContent = "";
    head.appendChild(button);
    button.addEventListener("click", function () { sortBy(index); });
  });
  text.addEventListener("input", update);
  kind.addEventListener("change", update);
  field.addEventListener("change", update);
  order.addEventListener("change", function () {
    sorted = { column: order.value === "" ? -1 : Number(order.value), down: false };
    sort();
    update();
  });
  by("f-clear").addEventListener("click", function () {
    text.value = kind.value = field.value = "";
    sorted = { column: -1, down: false };
    sort();
    update();
    text.focus();
  });
  function turn(step) {
    return function () {
      page += step;
      show();
      table.scrollIntoView();
    };
  }
  by("p-prev").addEventListener("click", turn(-1));
  by("p-next").addEventListener("click", turn(1));
  by("p-all").addEventListener("click", function () { isWhole = !isWhole; show(); });
  // A browser that divides a table into pages walks over what is hidden again and again.
  addEventListener("beforeprint", function () {
    if (all.length <= ${PRINTED}) return;
    all.forEach(function (one) { one.body.remove(); });
    found.slice(0, ${PRINTED}).forEach(function (one) { table.appendChild(one.body); });
  });
  addEventListener("afterprint", function () { if (all.length > ${PRINTED}) sort(); });
  controls.hidden = false;
  table.classList.add("ready");
  show();
}
`;
