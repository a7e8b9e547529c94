/** An element of an XML document, as strict as a test needs it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text directly inside, entities decoded. */
  readonly text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** Control characters but tab and line ends, lone halves of pairs, and the two that are none. */
const ILLEGAL = /(?![\t\r\n])\p{Cc}|[\ufffe\uffff]|\p{Cs}/u;

/** Reads a document of elements, attributes and text. @throws Error where it is not well-formed XML 1.0 */
export function parseXml(document: string): XmlElement {
  if (ILLEGAL.test(document)) throw new Error("a character that XML 1.0 forbids");
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  const root: Open = { name: "", attributes: {}, children: [], text: "" };
  const open: Open[] = [root];
  let at = 0;
  for (const found of body.matchAll(/<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g)) {
    open.at(-1)!.text += decoded(body.slice(at, found.index));
    at = found.index + found[0].length;
    const [, closes, name = "", attributes = "", isEmpty] = found;
    if (closes === "/") {
      if (open.pop()!.name !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const pairs = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(
      ([, key, value]) => [key!, decoded(value!)] as const,
    );
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error("an attribute twice");
    const element: Open = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
    open.at(-1)!.children.push(element);
    if (isEmpty !== "/") open.push(element);
  }
  if (open.length !== 1 || root.children.length !== 1 || body.slice(at).trim() !== "") throw new Error("no one root");
  return root.children[0]!;
}

interface Open extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

function decoded(text: string): string {
  if (/[<]|&(?!(amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => ENTITIES[name]!);
}
