import fc from "fast-check";
import { canBeHidden, Redactor } from "../../../src/cli/process/redactor.js";
import { encodingsOf } from "../../support/secret-encodings.js";
import { accountId } from "../../support/streampay-contract.js";

const redactorOf = (...secrets: string[]) => {
  const redactor = new Redactor();
  redactor.hide(secrets);
  return redactor.redact;
};

const SECRETS = [
  "correct horse battery staple",
  `p@ss/w"rd&<'>\\ü€😀+=?#%`,
  "0f3c9a7be1",
  "tab\tand\nline",
  "sk_live_51H-aBcDeF.gHi~jKl",
  "hunter2",
];

describe.each(SECRETS)("the secret %j", (secret) => {
  const redact = redactorOf(secret);

  it.each(Object.entries(encodingsOf(secret)))("is found as %s", (name, text) => {
    const isShort = secret.length < 8 && /later|Basic|base64|hex/.test(name);
    if (isShort) return;
    const clean = redact(`before ${text} after`);
    expect(clean).not.toContain(text);
    expect(clean).toMatch(/^before \S{0,16}\*\*\*\S{0,8} after$/);
  });

  it("is found where the text was cut", () => {
    for (const text of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      for (let length = 4; length < text.length; length++) {
        if ([...text.slice(0, length)].length < 4 || /%|\\|&/.test(text.slice(0, 4))) continue;
        expect(redact(`said: ${text.slice(0, length)}…`)).toBe("said: ***…");
      }
    }
  });

  it("is found as it is made fit for one line", () => {
    expect(redact(`said ${secret.replace(/\s+/g, " ")}.`)).toBe("said ***.");
  });
});

it("finds a text that was encoded character by character, each in its own way", () => {
  const ways = [
    (char: string) => char,
    encodeURIComponent,
    (char: string) => JSON.stringify(char).slice(1, -1),
    (char: string) => `&#${char.codePointAt(0)};`,
    (char: string) => Array.from(char, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""),
  ];
  const character = fc.oneof(fc.constantFrom(...'/+%&"\\ü€=?# -_'), fc.constantFrom(..."abcXYZ019"));
  const text = fc.array(character, { minLength: 9, maxLength: 30 }).map((chars) => chars.join(""));
  fc.assert(
    fc.property(text, fc.array(fc.nat(4), { minLength: 30, maxLength: 30 }), (secret, choice) => {
      fc.pre(secret.trim() === secret && !/^\d+$/.test(secret));
      const encoded = Array.from(secret, (char, i) => ways[char.length > 1 ? 0 : choice[i]!]!(char)).join("");
      expect(redactorOf(secret)(`(${encoded})`)).toBe("(***)");
    }),
  );
});

describe("what is no secret", () => {
  it("is a part of a word, for a short secret", () => {
    const redact = redactorOf("test");
    expect(redact("a test of testnet, contest and 'test'")).toBe("a *** of testnet, contest and '***'");
  });

  it.each(["", "1", "abc", "true".slice(0, 3), "1234567", accountId(7)])("cannot be hidden: %j", (secret) => {
    expect(canBeHidden(secret)).toBe(false);
    expect(redactorOf(secret)(`{"a":${secret}}`)).toBe(`{"a":${secret}}`);
  });

  it("is an amount, whatever the secret", () => {
    const redact = redactorOf("12345678", "45678901");
    expect(redact({ dbValue: "12345678", onChainValue: "-12345678" })).toEqual({
      dbValue: "12345678",
      onChainValue: "-12345678",
    });
    expect(redact("12,345,678 of 112345678 or 12345678.5, and -12345678")).toContain("112345678 or 12345678.5");
    expect(redact("the password is 12345678, not 123456789")).toBe("the password is ***, not 123456789");
  });

  it("is an address, and a mistyped one", () => {
    const address = accountId(7);
    const redact = redactorOf(address.slice(4, 20), address);
    expect(redact(`paid to ${address}.`)).toBe(`paid to ${address}.`);
    const mistyped = `${address.slice(0, -1)}${address.endsWith("A") ? "B" : "A"}`;
    expect(redactorOf("another-secret")(mistyped)).toBe(mistyped);
  });

  it("is a word of ours under a key of ours", () => {
    const redact = redactorOf("INCOMPLETE", "recipient", "database");
    const finding = { status: "INCOMPLETE", field: "recipient", database: { toldBy: "rows" }, failOn: ["recipient"] };
    expect(redact({ ...finding, message: "recipient of the database" })).toEqual({
      ...finding,
      message: "*** of the ***",
    });
  });
});

describe("a value", () => {
  it("keeps its shape, its bytes their number", () => {
    const redact = redactorOf("plnt-secret");
    const when = new Date(0);
    const value = {
      list: ["a plnt-secret", 1n, null, true, when],
      "plnt-secret key": new TextEncoder().encode("(plnt-secret)"),
    };
    expect(redact(value)).toEqual({
      list: ["a ***", 1n, null, true, when],
      "*** key": new TextEncoder().encode("(***********)"),
    });
  });

  it("is the same one when nothing is to be hidden", () => {
    const value = { a: [{ b: "c" }], d: new Uint8Array(3), e: { f: [1, "2"] } };
    expect(redactorOf("plnt-secret")(value)).toBe(value);
  });

  it("has nested secrets, the longer one first", () => {
    expect(redactorOf("inner-key", "https://u:inner-key@host/x")("at https://u:inner-key@host/x or inner-key")).toBe(
      "at *** or ***",
    );
  });

  it("never shows whom a URL logs in, known or not", () => {
    expect(new Redactor().redact("at postgres://me:pw@host/x")).toBe("at postgres://***@host/x");
  });
});

it("is not slow on texts that were made to be", () => {
  const redact = redactorOf(`\\\\\\ '' "" %%%% + + +`, "a".repeat(40), "%25%25%25%25");
  for (const text of [
    "\\".repeat(50_000),
    "%25".repeat(30_000),
    "&amp;".repeat(30_000),
    " ".repeat(50_000),
    "a.".repeat(50_000),
    "aaaa…".repeat(5_000),
  ]) {
    const started = performance.now();
    redact(`${text}@`);
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});
