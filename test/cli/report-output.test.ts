import { spawnSync } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReportOutput } from "../../src/cli/output/report-output.js";
import { processIo } from "../../src/cli/process/process-io.js";
import { buildIfStale } from "../support/cli-binary.js";

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reconcile-streams-output-"));
  printed = "";
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function output(path: string | null, onWrite = () => {}) {
  const write = (text: string) => {
    onWrite();
    printed += text;
  };
  return new ReportOutput(path, { ...processIo(), stdout: { write, isTTY: false, columns: undefined } });
}

describe("where a report goes", () => {
  it("is standard output at once when no file is named", async () => {
    const out = output(null);
    out.write("a");
    expect(printed).toBe("a");
    await out.finish();
    await out.abandon();
    expect(printed).toBe("a");
  });

  it("is a file that appears at the end", async () => {
    const path = join(folder, "r");
    const out = output(path);
    out.write("ä");
    out.write("b");
    expect(await readdir(folder)).not.toContain("r");
    await out.finish();
    expect([await readFile(path, "utf8"), printed]).toEqual(["äb", ""]);
    expect(await readdir(folder)).toEqual(["r"]);
  });

  it("is standard output, in order and whole, when the file cannot even be begun", async () => {
    const out = output(join(folder, "none", "r"));
    out.write("a");
    out.write("b");
    await expect(out.finish()).rejects.toThrow(/could not be written to .*: ENOENT/);
    expect(printed).toBe("ab");
  });

  it("is where a link leads to, and keeps the mode of what was there", async () => {
    const [link, target] = [join(folder, "link"), join(folder, "target")];
    await writeFile(target, "old", { mode: 0o600 });
    await symlink(target, link);
    const out = output(link);
    out.write("new");
    await out.finish();
    expect(await readFile(target, "utf8")).toBe("new");
    expect((await stat(target)).mode & 0o777).toBe(0o600);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["link", "target"]);
  });

  it("is a device, which stays what it is", async () => {
    const out = output("/dev/null");
    out.write("a");
    await out.finish();
    await out.abandon();
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
    expect(printed).toBe("");
  });

  it("is nowhere when it is abandoned", async () => {
    const out = output(join(folder, "r"));
    out.write("a");
    await out.abandon();
    expect([await readdir(folder), printed]).toEqual([[], ""]);
  });
});

it.each([
  [["--dry-run", "--stream", "stream_1"], 5],
  [["--dry-run", "--stream", "stream_1", "--format", "json"], 5],
  [["explain", "5"], 5],
  [["--dry-run"], 4],
])("a standard output that is full is told: %j exits with %i", (args, code) => {
  buildIfStale();
  const command = `"$0" bin/reconcile-streams.js ${args.join(" ")} > /dev/full`;
  const { status, stderr } = spawnSync("sh", ["-c", command, process.execPath], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: code,
    stderr: expect.stringContaining("standard output could not be written: ENOSPC"),
  });
});
