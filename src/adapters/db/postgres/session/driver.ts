export async function loadDriver() {
  const { default: pg } = await withNavigator(() => import("pg"));
  return pg;
}

/**
 * To detect Cloudflare, the driver looks at `navigator` or else creates a `Response`. Node 20 has no navigator, and the
 * Response loads an HTTP client, which takes nearly as long as the driver itself. So provide Node 21's meanwhile.
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
