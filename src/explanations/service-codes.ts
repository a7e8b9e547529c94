import type { Catalogue } from "./explanation.js";

/** What a service answers a caller that may ask, when it has no result: `error.code`. */
export const SERVICE_PROBLEMS = {
  not_found: {
    title: "a service that does not let the caller in",
    meaning: "The answer to whoever may not ask, and to a wrong path: it does not tell which.",
    action: "Look for `request_refused` in the service's log: its `refusal` is the reason, and `explain` knows it.",
  },
  request_invalid: {
    title: "a request that cannot be read",
    meaning:
      "The body is no JSON object, has an unknown key, or a value of the wrong type; or `content-type` is malformed.",
    action: "Correct the caller: the message says which. `trigger` sends what is right.",
  },
  run_in_progress: {
    title: "the service has another run",
    meaning: "A service runs one reconciliation at a time, and another one is under way; `runId` is its id.",
    action: "Ask again when it has ended. If this happens every night, two schedulers ask for the same thing.",
  },
  too_many_requests: {
    title: "too many streams wait to be looked at",
    meaning: "A service looks at four single streams at a time, and 200 more are waiting for their turn.",
    action: "Ask again in a moment.",
  },
  service_stopping: {
    title: "the service is stopping",
    meaning: "The service was told to stop. `data` has what a run had found by then.",
    action: "Ask again once it runs again. A deploy in the middle of the nightly run ends it: move one of the two.",
  },
  run_timed_out: {
    title: "a run took longer than the service allows",
    meaning: "The run took longer than `--run-timeout` of `serve` and was ended. `data` has what it had found by then.",
    action: "See why it takes longer than it did, at the node above all; raise `--run-timeout` if it has to.",
  },
  unexpected: {
    title: "a bug in the service",
    meaning: "The service failed in a way that nobody thought of.",
    action: "Report it, with the event `unexpected_failure` of the service's log, which has the stack.",
  },
} satisfies Catalogue;

/** Why a service did not let a request in: `refusal` in its log, which the caller is not told. */
export const SERVICE_REFUSALS = {
  header_missing: {
    title: "a header of the signature is missing",
    meaning: "One of the five headers is not there.",
    action: "If it is a caller of yours, a proxy between drops headers.",
  },
  header_repeated: {
    title: "a header of the signature is there twice",
    meaning: "One of them is there twice.",
    action: "Something between adds it again.",
  },
  header_malformed: {
    title: "a header of the signature has a wrong form",
    meaning: "One of them is not of its form: five headers, each exactly once.",
    action: "Look for hex in upper case, seconds with a fraction, and a forgotten `v1=`.",
  },
  key_unknown: {
    title: "a key that the service does not have",
    meaning: "`auth.keys` has no such key.",
    action: "Add it, or switch the caller to a newer one.",
  },
  signature_mismatch: {
    title: "a wrong signature",
    meaning: "The signature is not that of the key over what came in.",
    action: "Compare the secrets; then method, path and query, which a proxy may have changed.",
  },
  body_mismatch: {
    title: "another body than the one that was signed",
    meaning: "Properly signed, but the body is another.",
    action: "Something between changes the body; or the hash is of another text than was sent.",
  },
  service_not_allowed: {
    title: "a service that may not ask",
    meaning: "Properly signed, by a service that may not ask.",
    action: "Add it to `auth.allowedServices`, if it may.",
  },
  timestamp_stale: {
    title: "a signature of too long ago",
    meaning: "Properly signed, too long ago.",
    action: "Set the clocks: of caller and service.",
  },
  timestamp_future: {
    title: "a signature of the future",
    meaning: "Properly signed, in the future.",
    action: "Set the clocks: of caller and service.",
  },
  replayed: {
    title: "a request that was accepted before",
    meaning: "Properly signed, and accepted before.",
    action: "A caller that retries has to sign again. If none does, somebody has recorded a request.",
  },
  replay_memory_full: {
    title: "too many signatures to remember",
    meaning: "100,000 signatures are still alive, and there is no table of them.",
    action: "Find the caller that asks so often, or lower `auth.clockSkewSeconds`.",
  },
  replay_store_unavailable: {
    title: "used signatures cannot be looked up",
    meaning: "The database cannot say whether the signature was used.",
    action: "The event `replay_store_unavailable` before it says why.",
  },
  unknown_route: {
    title: "a route that there is not",
    meaning: "Properly signed, for a route that there is not.",
    action: "Correct the caller's path or method.",
  },
  body_too_large: {
    title: "a body that is too large",
    meaning: "The body has more than 16 KiB.",
    action: "Find out what sends it: no request needs that much.",
  },
  body_unreadable: {
    title: "a body that did not arrive",
    meaning: "The connection broke before the body was there.",
    action: "Nothing, if it is rare; else look at the network between.",
  },
  headers_too_large: {
    title: "headers that are too large",
    meaning: "The headers have more than 128 KiB, or there are 200 of them.",
    action: "Find out what sends them: no request needs that many.",
  },
  request_unreadable: {
    title: "a request that is no clear HTTP",
    meaning: "It is no HTTP, or HTTP that can be read in two ways; `fault` has the parser's code.",
    action: "If it is a caller of yours, look at what stands between.",
  },
  request_too_slow: {
    title: "a request that came too slowly",
    meaning: "Headers and body were not there in time.",
    action: "Nothing, if it is rare; else look at the network between.",
  },
} satisfies Catalogue;
