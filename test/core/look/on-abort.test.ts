import { getEventListeners } from "node:events";
import { onAbort } from "../../../src/core/look/on-abort.js";

describe("onAbort", () => {
  it("calls back what was not ended, once", () => {
    const controller = new AbortController();
    const called: string[] = [];
    const calling = (name: string) => onAbort(controller.signal, () => called.push(name));
    calling("first");
    calling("ended")();
    calling("last");
    controller.abort();
    controller.abort();
    expect(called).toEqual(["first", "last"]);
  });

  it("keeps signals apart", () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const called: string[] = [];
    onAbort(one.signal, () => called.push("one"));
    onAbort(other.signal, () => called.push("other"));
    one.abort();
    expect(called).toEqual(["one"]);
  });

  it("does not end another's when it is ended twice", () => {
    const controller = new AbortController();
    let calls = 0;
    const end = onAbort(controller.signal, () => {});
    end();
    onAbort(controller.signal, () => {
      calls += 1;
    });
    end();
    controller.abort();
    expect(calls).toBe(1);
  });

  it("does not call back what another one has ended in the same moment", () => {
    const controller = new AbortController();
    let calls = 0;
    const ends: (() => void)[] = [];
    onAbort(controller.signal, () => {
      for (const end of ends) end();
    });
    ends.push(
      onAbort(controller.signal, () => {
        calls += 1;
      }),
    );
    controller.abort();
    expect(calls).toBe(0);
  });

  it("adds one listener to the signal, however often it is used", () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 100; i++) onAbort(signal, () => {})();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });
});
