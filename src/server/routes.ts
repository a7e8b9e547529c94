export const RUN_PATH = "/api/internal/reconciliation";
export const DIFF_PATH = `${RUN_PATH}/diff/`;

/** `none` stands for everything that the service has no answer for. */
export type RouteName = "run" | "diff" | "health" | "metrics" | "none";

/**
 * What the router sees instead of the request line. Given a target that it cannot parse, it would answer by itself, before
 * the request is authenticated or logged.
 */
export const placeOf = (route: RouteName): string => `/${route}`;

/** What a request is for, by its request line as it came in: another spelling of a path is another path. */
export function routeOf(method: string, target: string): RouteName {
  const [path = ""] = target.split("?", 1);
  if (method === "POST") return path === RUN_PATH ? "run" : "none";
  if (method !== "GET") return "none";
  if (path === "/health") return "health";
  if (path === "/metrics") return "metrics";
  return path.startsWith(DIFF_PATH) && streamIdOf(target) !== null ? "diff" : "none";
}

/** The stream that a request for a diff names, percent-decoded; null: none, or nothing that can be decoded. */
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
