import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./markdown.js";

const FOLDERS = ["src", "test", "bench", "scripts", "bin", "fixtures"];

/** Every file of code, by its path from the root: its text. */
export const code: readonly (readonly [path: string, text: string])[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|mjs|js)$/.test(name))
    .map((name) => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), "utf8")] as const),
);
