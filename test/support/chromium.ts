import { existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "google-chrome", "google-chrome-stable"];

/** `required`: whoever set this has installed one, and a test that is left out would be a lie. */
const REQUIRED = process.env.RECONCILE_TEST_CHROMIUM === "required";

/**
 * The path of this machine's Chromium; null where there is none, which is told on standard error.
 * @throws Error where one is required
 */
export function findChromium(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).filter(existsSync);
  // One from a snap sees no temporary files.
  const found = candidates.find((path) => !/\bsnap\b/.test(realpathSync(path)));
  if (found !== undefined) return found;
  if (REQUIRED) throw new Error("RECONCILE_TEST_CHROMIUM=required, but there is no Chromium on the PATH");
  process.stderr.write("\nWARNING: the HTML report is NOT tested in a browser: there is no Chromium on the PATH.\n");
  process.stderr.write("         Debian: apt-get install --no-install-recommends chromium\n\n");
  return null;
}

/** Headless, with a profile of its own in a temporary folder, and without anything that it would load by itself. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const args = [
    ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    ...["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
  ];
  return chromium.launch({ executablePath, args, headless: true });
}
