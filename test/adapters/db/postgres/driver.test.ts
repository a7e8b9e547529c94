import { loadDriver } from "../../../../src/adapters/db/postgres/session/driver.js";

describe("loading the driver", () => {
  const response = Object.getOwnPropertyDescriptor(globalThis, "Response")!;
  afterEach(() => void Object.defineProperty(globalThis, "Response", response));

  it("makes Node load no HTTP client, and leaves what is global as it was", async () => {
    let asked = 0;
    Object.defineProperty(globalThis, "Response", {
      configurable: true,
      get() {
        asked += 1;
        return undefined;
      },
    });
    const before = "navigator" in globalThis;
    const [one, other] = await Promise.all([loadDriver(), loadDriver()]);
    expect(one.Client).toBe(other.Client);
    expect(asked).toBe(0);
    expect("navigator" in globalThis).toBe(before);
  });
});
