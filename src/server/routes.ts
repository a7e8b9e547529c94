export const RUN_PATH = "/api/internal/reconciliation";
export const DIFF_PATH = `${RUN_PATH}/diff/`;

/** `none`: no route matches. */
export type RouteName = "run" | "diff" | "health" | "metrics" | "none";

/**
 * The path that the router sees instead of the request's own. Given one that it cannot parse, the router would answer
 * before the request is authenticated or logged.
 */
export const internalPath = (route: RouteName): string => `/${route}`;

/** Matches the raw request line. Paths are not normalised, since the signature covers them as sent. */
export function routeOf(method: string, target: string): RouteName {
  const [path = ""] = target.split("?", 1);
  if (method === "POST") return path === RUN_PATH ? "run" : "none";
  if (method !== "GET") return "none";
  if (path === "/health") return "health";
  if (path === "/metrics") return "metrics";
  return path.startsWith(DIFF_PATH) && streamIdOf(target) !== null ? "diff" : "none";
}

/** The percent-decoded stream id in a diff's path; null when it is absent or malformed. */
export function streamIdOf(target: string): string | null {
  const [path = ""] = target.split("?", 1);
  const encoded = path.slice(DIFF_PATH.length);
  if (encoded === "" || encoded.includes("/")) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
