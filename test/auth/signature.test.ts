import { bodyHashOf, canonicalText, signatureOf } from "../../src/auth/scheme.js";
import { signedHeaders } from "../../src/auth/sign.js";
import { type Claims, readClaims } from "../../src/auth/signed-headers.js";
import { type AccessRules, verifyClaims } from "../../src/auth/verify.js";
import { handSigned } from "../support/hand-signer.js";

/** Made with openssl from the scheme's text: `openssl dgst -sha256 -hmac <secret>` over the seven lines. */
const VECTORS = [
  {
    method: "POST",
    path: "/api/internal/reconciliation",
    body: '{"dryRun":true}',
    service: "scheduler",
    keyId: "key-1",
    timestamp: "1790000000000",
    secret: "correct horse battery staple",
    bodyHash: "e59f1698ce59234efe2e872cfe891a303dc5993d05a87ca5476decaa7dfde3f7",
    signature: "62d233b9e9d66f3a5746524219fac4bd6493f4151573f07bbb19b237b2e8414f",
  },
  {
    method: "GET",
    path: "/api/internal/reconciliation/diff/stream%2F2?b=2&a=1",
    body: "",
    service: "ops",
    keyId: "key-2",
    timestamp: "1790000000001",
    secret: "schlüssel",
    bodyHash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    signature: "6cf34ec535e7ce0030aac3368ca60fd30b55e379d976e35a5b302863dc7017e9",
  },
];

describe.each(VECTORS)("the signature of $method $path", (vector) => {
  it("is what openssl computes from the seven lines", () => {
    expect(bodyHashOf(Buffer.from(vector.body))).toBe(vector.bodyHash);
    expect(signatureOf(vector, vector.secret).toString("hex")).toBe(vector.signature);
  });

  it("is in the headers that the client sends", () => {
    const { method, path, service, keyId, secret, timestamp } = vector;
    const headers = signedHeaders(
      { method, path, body: Buffer.from(vector.body) },
      { service, keyId },
      secret,
      Number(timestamp),
    );
    expect(headers).toEqual({
      "x-streampay-service-name": service,
      "x-streampay-key-id": keyId,
      "x-streampay-timestamp": timestamp,
      "x-streampay-content-sha256": vector.bodyHash,
      "x-streampay-signature": `v1=${vector.signature}`,
    });
    expect(Object.entries(headers)).toEqual(handSigned(vector));
  });
});

it("covers seven lines, without a line feed at the end", () => {
  expect(canonicalText(VECTORS[0]!)).toBe(
    "streampay-hmac-v1\nPOST\n/api/internal/reconciliation\nscheduler\nkey-1\n1790000000000\n" +
      "e59f1698ce59234efe2e872cfe891a303dc5993d05a87ca5476decaa7dfde3f7",
  );
});

const NOW = 1_790_000_000_000;
const RULES: AccessRules = {
  keys: new Map([
    ["key-0", "old"],
    ["key-1", "correct horse battery staple"],
  ]),
  allowedServices: ["scheduler", "ops"],
  clockSkewSeconds: 300,
};

function verify(changes: Partial<(typeof VECTORS)[0]> = {}, now = NOW) {
  const request = { ...VECTORS[0]!, ...changes };
  const claims = readClaims(handSigned(request).flat()) as Claims;
  return verifyClaims({ ...request, body: Buffer.from(request.body) }, claims, RULES, now);
}

describe("a signed request", () => {
  it("is accepted, with its sender and its expiry", () => {
    expect(verify()).toEqual({
      identity: { service: "scheduler", keyId: "key-1" },
      signatureDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      expiresAt: NOW + 300_000,
    });
  });

  it("is remembered by a digest, not by its signature", () => {
    expect(JSON.stringify(verify())).not.toContain(VECTORS[0]!.signature);
  });

  it.each([
    ["with an older key that is still there", { keyId: "key-0", secret: "old" }],
    ["by another allowed service", { service: "ops" }],
  ])("is accepted %s", (_name, changes) => {
    expect(verify(changes)).toHaveProperty("identity");
    expect(verify(changes)).not.toHaveProperty("fault");
  });

  it.each([
    ["key_unknown", { keyId: "key-9" }, null],
    ["signature_mismatch", { secret: "wrong" }, null],
    ["signature_mismatch", { keyId: "key-0" }, null],
    ["service_not_allowed", { service: "billing" }, { service: "billing", keyId: "key-1" }],
  ] as const)("is refused as %s: %j", (fault, changes, identity) => {
    expect(verify(changes)).toEqual({ fault, identity });
  });

  it("is refused when the body does not match its signed hash", () => {
    const claims = readClaims(handSigned(VECTORS[0]!).flat()) as Claims;
    const { method, path } = VECTORS[0]!;
    expect(verifyClaims({ method, path, body: Buffer.from("{}") }, claims, RULES, NOW)).toMatchObject({
      fault: "body_mismatch",
    });
  });

  it("expires at the allowed clock skew, to the millisecond", () => {
    expect(verify({}, NOW + 300_000)).not.toHaveProperty("fault");
    expect(verify({}, NOW + 300_001)).toMatchObject({ fault: "timestamp_stale" });
    expect(verify({}, NOW - 300_000)).not.toHaveProperty("fault");
    expect(verify({}, NOW - 300_001)).toMatchObject({ fault: "timestamp_future" });
  });

  it("is refused by rules that allow nobody", () => {
    const claims = readClaims(handSigned(VECTORS[0]!).flat()) as Claims;
    const request = { ...VECTORS[0]!, body: Buffer.from(VECTORS[0]!.body) };
    expect(verifyClaims(request, claims, { ...RULES, keys: new Map() }, NOW)).toMatchObject({ fault: "key_unknown" });
    expect(verifyClaims(request, claims, { ...RULES, allowedServices: [] }, NOW)).toMatchObject({
      fault: "service_not_allowed",
    });
  });

  it("cannot be signed with the placeholder for unknown keys", () => {
    expect(
      verify({ keyId: "key-9", secret: "placeholder for unknown key ids; nothing signed with it is accepted" }),
    ).toMatchObject({
      fault: "key_unknown",
    });
  });
});

describe("the headers", () => {
  const good = handSigned(VECTORS[0]!);
  const changed = (name: string, value: string) => good.flatMap((pair) => (pair[0] === name ? [name, value] : pair));

  it.each(good.map(([name]) => name))("are refused without %s", (name) => {
    expect(readClaims(good.filter((pair) => pair[0] !== name).flat())).toBe("header_missing");
  });

  it.each(good.map(([name, value]) => [name, value]))(
    "are refused with %s twice, even if it says the same",
    (name, value) => {
      expect(readClaims([...good.flat(), name.toUpperCase(), value])).toBe("header_repeated");
    },
  );

  it("may be named in any case, as in HTTP", () => {
    expect(readClaims(good.flatMap(([name, value]) => [name.toUpperCase(), value]))).toMatchObject({ keyId: "key-1" });
  });

  it.each([
    ["x-streampay-service-name", ""],
    ["x-streampay-service-name", "a b"],
    ["x-streampay-service-name", "schedülér"],
    ["x-streampay-service-name", "s".repeat(129)],
    ["x-streampay-key-id", "key-1, key-1"],
    ["x-streampay-timestamp", "1790000000000.0"],
    ["x-streampay-timestamp", "01790000000000"],
    ["x-streampay-timestamp", "+1790000000000"],
    ["x-streampay-timestamp", "-1"],
    ["x-streampay-timestamp", "1e12"],
    ["x-streampay-timestamp", "0x1a0"],
    ["x-streampay-timestamp", "1".repeat(400)],
    ["x-streampay-timestamp", "١٢٣"],
    ["x-streampay-content-sha256", VECTORS[0]!.bodyHash.toUpperCase()],
    ["x-streampay-content-sha256", VECTORS[0]!.bodyHash.slice(1)],
    ["x-streampay-signature", VECTORS[0]!.signature],
    ["x-streampay-signature", `V1=${VECTORS[0]!.signature}`],
    ["x-streampay-signature", `v2=${VECTORS[0]!.signature}`],
    ["x-streampay-signature", `v1=${VECTORS[0]!.signature.toUpperCase()}`],
    ["x-streampay-signature", `v1=${VECTORS[0]!.signature}\n`],
  ])("are refused with %s: %j", (name, value) => {
    expect(readClaims(changed(name, value))).toBe("header_malformed");
  });
});
