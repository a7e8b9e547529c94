import { isAscii } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";

export class HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;

  constructor(status: number, headers: IncomingHttpHeaders, body: Buffer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** What fetch makes of a body. Answers are nearly always plain ASCII, which needs no decoding. */
  get text(): string {
    const { body } = this;
    return isAscii(body) ? body.toString("latin1") : new TextDecoder().decode(body);
  }
}

type Exchange = Pick<Dispatcher.DispatchOptions, "path" | "headers" | "body"> & {
  readonly signal: AbortSignal;
  /** Limit on all of it, from connecting to the last byte of the body. */
  readonly timeLimitMs: number;
};

/** The time limit of an exchange was reached. */
export class TimeIsUp extends Error {}

/**
 * POSTs once and takes the whole answer, without the stream that undici's `request` would put in between.
 * @throws TimeIsUp; what undici reports; the signal's reason when aborted
 */
export function exchange(dispatcher: Dispatcher, { signal, timeLimitMs, ...request }: Exchange): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    let running: Dispatcher.DispatchController | null = null;
    let givenUp: Error | null = null;
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    };
    const giveUp = (reason: Error) => {
      settle();
      givenUp = reason;
      running?.abort(reason);
      reject(reason);
    };
    const onAbort = () => giveUp(signal.reason);
    const timer = setTimeout(() => giveUp(new TimeIsUp()), timeLimitMs);
    signal.addEventListener("abort", onAbort, { once: true });
    dispatcher.dispatch(
      { method: "POST", ...request },
      {
        onRequestStart(controller) {
          running = controller;
          // It may have waited for its connection until nobody wanted it any more.
          if (givenUp !== null) controller.abort(givenUp);
        },
        onResponseStart(_, statusCode, received) {
          // Of several, the last is the answer: those before it (1xx) only say that one will come.
          status = statusCode;
          headers = received;
        },
        onResponseData(_, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          settle();
          resolve(new HttpAnswer(status, headers, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
        },
        onResponseError(_, error) {
          settle();
          reject(error);
        },
      },
    );
  });
}
