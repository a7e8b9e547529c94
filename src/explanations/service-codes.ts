import type { Catalogue } from "./explanation.js";

/** `error.code` in the service's answers to authenticated callers, and the 404 for everyone else. */
export const SERVICE_PROBLEMS = {
  not_found: {
    title: "unauthorised, or an unknown path",
    meaning:
      "Unauthorised callers get the same answer as for an unknown path; the answer does not reveal which it was.",
    action:
      "Find the event `request_refused` in the service's log: its `refusal` is the reason, which `explain` describes.",
  },
  request_invalid: {
    title: "a request that cannot be read",
    meaning:
      "The body is not a JSON object, has an unknown key or a value of the wrong type, or `content-type` is malformed.",
    action: "Correct the caller as the message says. `trigger` sends valid requests.",
  },
  run_in_progress: {
    title: "the service is busy with another run",
    meaning: "A service runs one reconciliation at a time, and another is under way; `runId` is its id.",
    action: "Try again when it has ended. If this happens every night, two schedulers request the same run.",
  },
  too_many_requests: {
    title: "too many streams are waiting",
    meaning: "A service looks at four single streams at a time, and 200 more are already waiting.",
    action: "Try again in a moment.",
  },
  service_stopping: {
    title: "the service is stopping",
    meaning: "The service is shutting down. `data` has the run's findings so far.",
    action: "Try again when the service is back. If a deploy interrupts the nightly run, reschedule one of them.",
  },
  run_timed_out: {
    title: "the run exceeded the service's time limit",
    meaning: "The run took longer than `--run-timeout` of `serve` and was ended. `data` has its findings so far.",
    action: "Find out why it takes longer than before, starting with the node; raise `--run-timeout` if necessary.",
  },
  unexpected: {
    title: "a bug in the service",
    meaning: "The service failed unexpectedly.",
    action: "Report it with the event `unexpected_failure` from the service's log, which has the stack.",
  },
} satisfies Catalogue;

/** Why a service refused a request: `refusal` in its log, never in the answer. */
export const SERVICE_REFUSALS = {
  header_missing: {
    title: "a header of the signature is missing",
    meaning: "One of the five headers is missing.",
    action: "If the caller is yours, a proxy drops headers.",
  },
  header_repeated: {
    title: "a header of the signature is repeated",
    meaning: "One of the five headers appears more than once.",
    action: "Find the proxy that adds it again.",
  },
  header_malformed: {
    title: "a header of the signature is malformed",
    meaning: "One of the five headers has the wrong format.",
    action: "Look for upper-case hex, a fractional timestamp, or a missing `v1=`.",
  },
  key_unknown: {
    title: "an unknown key",
    meaning: "`auth.keys` has no such key.",
    action: "Add it, or switch the caller to a newer key.",
  },
  signature_mismatch: {
    title: "a wrong signature",
    meaning: "The signature does not match the request and the key.",
    action: "Compare the secrets, then the method, path and query, which a proxy may have changed.",
  },
  body_mismatch: {
    title: "the body is not the one that was signed",
    meaning: "The signature is valid, but the body does not match its hash.",
    action: "Check whether a proxy changes the body, and whether the caller hashes exactly what it sends.",
  },
  service_not_allowed: {
    title: "a service that is not allowed",
    meaning: "The signature is valid, but the service is not in `auth.allowedServices`.",
    action: "If it should have access, add it to `auth.allowedServices`.",
  },
  timestamp_stale: {
    title: "an expired signature",
    meaning: "The signature is valid, but too old.",
    action: "Check the clocks of the caller and the service.",
  },
  timestamp_future: {
    title: "a signature from the future",
    meaning: "The signature is valid, but its timestamp is in the future.",
    action: "Check the clocks of the caller and the service.",
  },
  replayed: {
    title: "a replayed request",
    meaning: "The signature is valid, but was used before.",
    action: "A caller that retries must sign again. If no caller retries, somebody has recorded a request.",
  },
  replay_memory_full: {
    title: "too many signatures to remember",
    meaning: "The process remembers 100,000 signatures that are still valid, and there is no shared table.",
    action: "Find the caller that sends so many requests, or lower `auth.clockSkewSeconds`.",
  },
  replay_store_unavailable: {
    title: "used signatures cannot be looked up",
    meaning: "The database could not be asked whether the signature was used before.",
    action: "The preceding event `replay_store_unavailable` says why.",
  },
  unknown_route: {
    title: "an unknown route",
    meaning: "The signature is valid, but the route does not exist.",
    action: "Correct the caller's path or method.",
  },
  body_too_large: {
    title: "a body that is too large",
    meaning: "The body is larger than 16 KiB.",
    action: "Find out what sends it: no valid request is that large.",
  },
  body_unreadable: {
    title: "a body that did not arrive completely",
    meaning: "The connection broke before the body had arrived.",
    action: "Ignore rare cases; otherwise check the network in between.",
  },
  headers_too_large: {
    title: "headers that are too large",
    meaning: "The headers are larger than 128 KiB, or there are 200 or more.",
    action: "Find out what sends them: no valid request needs that many.",
  },
  request_unreadable: {
    title: "invalid or ambiguous HTTP",
    meaning: "The request is not HTTP, or is ambiguous HTTP; `fault` has the parser's code.",
    action: "If the caller is yours, check the proxies in between.",
  },
  request_too_slow: {
    title: "a request that took too long to arrive",
    meaning: "Headers and body did not arrive in time.",
    action: "Ignore rare cases; otherwise check the network in between.",
  },
} satisfies Catalogue;
