/** Loads the driver: after the first time, at once. */
export async function loadDriver() {
  const { default: pg } = await withNavigator(() => import("pg"));
  return pg;
}

/**
 * The driver asks whether Cloudflare runs it: of `navigator`, or else of a `Response`. Node 20 has no navigator, and
 * loads an HTTP client for a Response, which takes nearly as long as the driver. So meanwhile it has the one of Node 21.
 */
async function withNavigator<T>(load: () => Promise<T>): Promise<T> {
  if ("navigator" in globalThis) return load();
  const navigator = { userAgent: `Node.js/${process.versions.node}` };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  try {
    return await load();
  } finally {
    Reflect.deleteProperty(globalThis, "navigator");
  }
}
