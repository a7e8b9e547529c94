/**
 * A secret as others write it. What is here is made by the encoders of the platform, or by hand, and knows nothing of
 * how the program finds secrets.
 */
export function encodingsOf(secret: string): Readonly<Record<string, string>> {
  const lowerHex = (text: string) => text.replace(/%../g, (code) => code.toLowerCase());
  const everyByte = [...new TextEncoder().encode(secret)]
    .map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
    .join("");
  const json = JSON.stringify(secret).slice(1, -1);
  const everyUnit = secret.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const html = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
  return {
    raw: secret,
    component: encodeURIComponent(secret),
    uri: encodeURI(secret),
    "component, lower case": lowerHex(encodeURIComponent(secret)),
    form: new URLSearchParams([["", secret]]).toString().slice(1),
    "every byte": everyByte,
    twice: encodeURIComponent(encodeURIComponent(secret)),
    json,
    "json in json": JSON.stringify(json).slice(1, -1),
    "json of PHP": json.replaceAll("/", "\\/"),
    "every unit": everyUnit.join(""),
    html,
    "html in html": html.replaceAll("&", "&amp;"),
    "html, decimal": Array.from(secret, (char) => `&#${char.codePointAt(0)};`).join(""),
    "html, hex": Array.from(secret, (char) => `&#x${char.codePointAt(0)!.toString(16)};`).join(""),
    csv: secret.replaceAll('"', '""'),
    sql: secret.replaceAll("'", "''"),
    base64: Buffer.from(secret).toString("base64"),
    base64url: Buffer.from(secret).toString("base64url"),
    "base64 in a URL": encodeURIComponent(Buffer.from(secret).toString("base64")),
    "base64, one later": Buffer.from(`x${secret}`).toString("base64"),
    "base64, two later": Buffer.from(`xy${secret}`).toString("base64"),
    "base64url, one later": Buffer.from(`:${secret}:`).toString("base64url"),
    Basic: Buffer.from(`someone:${secret}`).toString("base64"),
    hex: Buffer.from(secret).toString("hex"),
  };
}
