import type { TestPostgres } from "./global-setup.js";

export default async function globalTeardown(): Promise<void> {
  await (globalThis as TestPostgres).reconcileTestPostgres?.stop();
}
