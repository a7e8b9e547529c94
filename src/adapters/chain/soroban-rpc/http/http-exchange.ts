import { isAscii } from "node:buffer";
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { onAbort } from "../../../../core/look/on-abort.js";

export class HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Only valid while the answer is being read. */
  readonly body: Buffer;

  constructor(status: number, headers: IncomingHttpHeaders, body: Buffer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** Decoded as fetch does. Answers are nearly always plain ASCII, which needs no decoding. */
  get text(): string {
    const { body } = this;
    return isAscii(body) ? body.toString("latin1") : new TextDecoder().decode(body);
  }
}

type Exchange = Pick<Dispatcher.DispatchOptions, "path" | "headers" | "body"> & {
  readonly signal: AbortSignal;
  /** Limits the whole request, from connecting to the last byte of the body. */
  readonly timeLimitMs: number;
};

/** The time limit of an exchange was reached. */
export class TimeIsUp extends Error {}

/** The result of reading an answer, or why reading failed: separate from transport errors. */
export type Reading<T> = { readonly value: T } | { readonly error: unknown };

/**
 * POSTs once and reads the whole answer, without the intermediate stream of undici's `request`.
 * @param read must be synchronous: the next answer overwrites the bytes
 * @throws TimeIsUp; undici's errors; the signal's reason if aborted
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
          // It may have been given up while waiting for a connection.
          if (givenUp !== null) controller.abort(givenUp);
        },
        onResponseStart(_, statusCode, received) {
          // The last one counts: earlier ones (1xx) only announce it.
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

/** Longer answers are rare and get their own memory. */
const SHARED_BYTES = 1024 * 1024;
let shared: Buffer | null = null;

/** Joins the chunks. Memory of its own for every answer would dominate garbage collection. */
function joined(chunks: readonly Buffer[]): Buffer {
  if (chunks.length === 1) return chunks[0]!;
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > SHARED_BYTES) return Buffer.concat(chunks);
  shared ??= Buffer.allocUnsafeSlow(SHARED_BYTES);
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(shared, at);
  return shared.subarray(0, length);
}
