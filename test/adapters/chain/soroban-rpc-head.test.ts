import { setUpRpc } from "../../support/rpc-client.js";
import { calls } from "../../support/rpc-faults.js";

describe("latestLedger()", () => {
  let rpc: Awaited<ReturnType<typeof setUpRpc>>;
  beforeEach(async () => {
    rpc = await setUpRpc();
  });
  afterEach(() => rpc.close());

  const health = (fields: object) =>
    rpc.server.fault({
      fault: { kind: "result", edit: () => ({ status: "healthy", latestLedger: 4321, ...fields }) },
      when: calls("getHealth"),
    });

  it.each([
    ["text", "1784671485"],
    ["a number", 1784671485],
  ])("takes the close time that getHealth tells as %s", async (_, latestLedgerCloseTime) => {
    health({ latestLedgerCloseTime });
    expect(await rpc.client.latestLedger()).toEqual({ ledger: 4321, closeTime: 1784671485n });
    expect(rpc.server.requests.map(({ method }) => method)).toEqual(["getHealth"]);
  });

  it.each([
    ["text", "1784671645"],
    ["a number", 1784671645],
  ])("asks getLatestLedger where getHealth leaves the time out, told as %s", async (_, closeTime) => {
    health({});
    rpc.server.fault({
      fault: { kind: "result", edit: () => ({ sequence: 4322, closeTime }) },
      when: calls("getLatestLedger"),
    });
    expect(await rpc.client.latestLedger()).toEqual({ ledger: 4322, closeTime: 1784671645n });
  });

  it.each([undefined, null, 0, "0"])("knows no time where the node tells %p", async (closeTime) => {
    health({ latestLedgerCloseTime: closeTime });
    rpc.server.fault({
      fault: { kind: "result", edit: () => ({ sequence: 4322, closeTime }) },
      when: calls("getLatestLedger"),
    });
    expect(await rpc.client.latestLedger()).toEqual({ ledger: 4322, closeTime: null });
  });

  it.each(["soon", -5, 1.5, {}])("does not believe a node whose time is %p", async (latestLedgerCloseTime) => {
    for (let i = 0; i < 10; i++) health({ latestLedgerCloseTime });
    await expect(rpc.client.latestLedger()).rejects.toMatchObject({ code: "rpc_bad_answer" });
  });
});
