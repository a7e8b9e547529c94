import { openSeenInPostgres } from "../../src/adapters/db/postgres/seen-signatures.js";
import type { SeenSignatures } from "../../src/ports/seen-signatures.js";
import { Authenticator } from "../../src/server/authenticate.js";
import { SignatureMemory } from "../../src/server/signature-memory.js";
import { cli } from "../support/cli-io.js";
import { handSigned } from "../support/hand-signer.js";
import { createTestDatabase, type TestDatabase } from "../support/postgres.js";
import { goodRequest, SECRET } from "../support/service.js";

let postgres: TestDatabase;
let seen: SeenSignatures;
beforeAll(async () => {
  postgres = await createTestDatabase();
  await cli(["migrate", "--db", postgres.url]);
  seen = await openSeenInPostgres(postgres.url);
});
afterAll(async () => {
  await seen.close();
  await postgres.drop();
});

/** An authenticator that remembers one signature, and its decisions on properly signed requests. */
function authenticatorOfOne(shared: SeenSignatures | null) {
  const authenticator = new Authenticator({
    rules: { keys: new Map([["key-1", SECRET]]), allowedServices: ["scheduler"], clockSkewSeconds: 300 },
    memory: new SignatureMemory(1),
    shared,
    onStoreFault: (error) => {
      throw error;
    },
    now: Date.now,
  });
  return async (request: ReturnType<typeof goodRequest>, others: readonly (readonly [string, string])[] = []) => {
    const body = Buffer.from(request.body);
    const { method, path } = request;
    const rawHeaders = [...handSigned(request), ...others].flat();
    const decision = await authenticator.admit({
      method,
      path,
      rawHeaders,
      readBody: async () => body,
      isKnownRoute: true,
    });
    return "refusal" in decision ? decision.refusal : "admitted";
  };
}

it("admits a request with as many headers as node keeps, and none with more", async () => {
  const ask = authenticatorOfOne(null);
  const own = handSigned(goodRequest()).length;
  const others = (total: number) => Array.from({ length: total - own }, (_, n) => [`x-${n}`, ""] as const);
  // Node keeps 200, and does not tell whether there were more.
  expect(await ask(goodRequest(), others(200))).toBe("headers_too_large");
  expect(await ask(goodRequest(), others(199))).toBe("admitted");
});

describe("an authenticator whose memory is full of valid signatures", () => {
  it("admits nobody without a shared store, and forgets none of them", async () => {
    const ask = authenticatorOfOne(null);
    const first = goodRequest();
    expect(await ask(first)).toBe("admitted");
    expect(await ask(goodRequest())).toBe("replay_memory_full");
    expect(await ask(first)).toBe("replayed");
  });

  it("leaves the decision to the shared store, if there is one", async () => {
    const ask = authenticatorOfOne(seen);
    const [first, second] = [goodRequest(), goodRequest()];
    const answers = [await ask(first), await ask(second), await ask(second), await ask(first)];
    expect(answers).toEqual(["admitted", "admitted", "replayed", "replayed"]);
  });
});
