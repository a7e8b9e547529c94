import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { SERVICE_REFUSALS } from "../../src/explanations/service-codes.js";
import { send } from "../support/raw-http.js";
import { startService } from "../support/service.js";
import { blocksOf, codeSpans, documentOf, ROOT, tableRows } from "./markdown.js";

const service = documentOf("docs/service.md");
const firstSpans = (heading: string) =>
  tableRows(service, heading).flatMap(([cell = ""]) => codeSpans(cell).slice(0, 1));
const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => /^(server|auth)\/.*\.ts$/.test(name))
  .map((name) => readFileSync(join(ROOT, "src", name), "utf8"))
  .join("\n");

const SECRET = "correct horse battery staple";
const AUTH = { keys: { "key-2026-11": SECRET }, allowedServices: ["scheduler"] };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reconcile-streams-docs-"));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auth: AUTH }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("docs/service.md", () => {
  it("lists every reason of a refusal, and no other", () => {
    expect(firstSpans("When it answers 404").sort()).toEqual(Object.keys(SERVICE_REFUSALS).sort());
  });

  it("lists every error of the service itself", () => {
    const made = [...sources.matchAll(/new Problem\(\s*(\d{3}|statusCode), "([a-z_]+)"/g)].map(([, , code]) => code!);
    const documented = tableRows(service, "Errors").flatMap(([, cell = ""]) => codeSpans(cell).slice(0, 1));
    expect(new Set(documented)).toEqual(new Set(["code", "run_locked", ...made]));
  });

  it("lists every event of the log", () => {
    const logged = [...sources.matchAll(/log\.(?:info|warn|error)\("([a-z_]+)"/g)].map(([, event]) => event!);
    const command = readFileSync(join(ROOT, "src/cli/commands/serve/command.ts"), "utf8");
    const more = [...command.matchAll(/log\.(?:info|warn)\("([a-z_]+)"/g)].map(([, event]) => event!);
    const [, list = ""] = /Events are\s([^.]+)\./.exec(service.prose) ?? [];
    expect(new Set(codeSpans(list))).toEqual(new Set([...logged, ...more, "refusal"]));
  });

  it("lists every metric with its type and labels", async () => {
    const running = await startService(["--config", join(folder, "config.json")]);
    const { body } = await send(running.url, { method: "GET", path: "/metrics", headers: [] });
    await running.stop();
    const known = [...body.matchAll(/^# TYPE reconcile_streams_(\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
    const rows = tableRows(service, "Metrics").filter(([name = ""]) => name.startsWith("`"));
    expect(rows.map(([name = "", type]) => [codeSpans(name)[0], type]).sort()).toEqual(known.sort());
  });

  it("has a worked example that is right", () => {
    const [signed] = blocksOf("text", "signed");
    const [signature] = blocksOf("text", "signature");
    const expected = createHmac("sha256", SECRET).update(signed!.text).digest("hex");
    expect(signature!.text).toBe(`v1=${expected}`);
  });

  it("has a script that asks a running service", async () => {
    const running = await startService(["--config", join(folder, "config.json")]);
    try {
      const [script] = blocksOf("sh", "by-hand");
      const answer = await shell(script!.text, { SERVICE_URL: running.url });
      expect(JSON.parse(answer)).toMatchObject({ data: { dryRun: true, status: "VIOLATION", exitCode: 4 } });
    } finally {
      await running.stop();
    }
  });
});

/** Just what the script needs of these two, for machines that lack them; the system's own are found first. */
const STAND_INS = {
  openssl: `const { createHash, createHmac } = require("node:crypto");
    const at = process.argv.indexOf("-hmac");
    const sum = at < 0 ? createHash("sha256") : createHmac("sha256", process.argv[at + 1]);
    console.log(sum.update(require("node:fs").readFileSync(0)).digest("hex") + " *stdin");`,
  curl: `const [, url, , body, ...rest] = process.argv.slice(2);
    const headers = rest.filter((word) => word !== "-H").map((line) => line.split(": "));
    fetch(url, { method: "POST", body, headers }).then((answer) => answer.text()).then(console.log);`,
};

function shell(script: string, env: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(STAND_INS)) {
    writeFileSync(join(folder, `${name}.cjs`), text);
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${join(folder, name)}.cjs" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const PATH = [process.env.PATH ?? "", folder].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-eu", "-c", script], { env: { PATH, ...env }, stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("error", reject);
    child.on("close", () => resolve(stdout));
  });
}
