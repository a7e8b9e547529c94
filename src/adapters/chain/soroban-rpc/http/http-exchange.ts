import { isAscii } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { onAbort } from "../../../../core/look/on-abort.js";

export class HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Valid while the answer is read, and no longer. */
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

/** What was made of an answer, or why that could not be done: apart from what went wrong on the way. */
export type Reading<T> = { readonly value: T } | { readonly error: unknown };

/**
 * POSTs once and reads the whole answer, without the stream that undici's `request` would put in between.
 * @param read reads the answer at once: its bytes are overwritten by the next
 * @throws TimeIsUp; what undici reports; the signal's reason when aborted
 */
export function exchange<T>(
  dispatcher: Dispatcher,
  { signal, timeLimitMs, ...request }: Exchange,
  read: (answer: HttpAnswer) => T,
): Promise<Reading<T>> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    let running: Dispatcher.DispatchController | null = null;
    let givenUp: Error | null = null;
    const settle = () => {
      clearTimeout(timer);
      forget();
    };
    const giveUp = (reason: Error) => {
      settle();
      givenUp = reason;
      running?.abort(reason);
      reject(reason);
    };
    const timer = setTimeout(() => giveUp(new TimeIsUp()), timeLimitMs);
    const forget = onAbort(signal, () => giveUp(signal.reason));
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
          const answer = new HttpAnswer(status, headers, joined(chunks));
          try {
            resolve({ value: read(answer) });
          } catch (error) {
            resolve({ error });
          }
        },
        onResponseError(_, error) {
          settle();
          reject(error);
        },
      },
    );
  });
}

/** Longer answers are rare, and get memory of their own. */
const SHARED_BYTES = 1024 * 1024;
let shared: Buffer | null = null;

/** The chunks as one: where answer follows answer, memory for each would be most of what the garbage collector counts. */
function joined(chunks: readonly Buffer[]): Buffer {
  if (chunks.length === 1) return chunks[0]!;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > SHARED_BYTES) return Buffer.concat(chunks);
  shared ??= Buffer.allocUnsafeSlow(SHARED_BYTES);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(shared, at);
  return shared.subarray(0, length);
}
