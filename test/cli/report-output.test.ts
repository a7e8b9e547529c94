import { spawnSync } from "node:child_process";
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReportOutput } from "../../src/cli/output/report-output.js";
import { processIo } from "../../src/cli/process/process-io.js";
import { buildIfStale, startBinary } from "../support/cli-binary.js";

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

/** Runs the program where no file may have more than `blocks` of 512 bytes: a write beyond is cut, and the next one fails. */
function limited(blocks: number, args: string, env: Readonly<Record<string, string>> = {}) {
  buildIfStale();
  const program = join(process.cwd(), "bin/reconcile-streams.js");
  const command = `ulimit -f ${blocks}; exec "$0" "${program}" ${args}`;
  const path = { PATH: process.env.PATH ?? "", NO_COLOR: "1" };
  return spawnSync("sh", ["-c", command, process.execPath], {
    encoding: "utf8",
    cwd: folder,
    env: { ...path, ...env },
  });
}

describe("on a disk that is nearly full", () => {
  it.each(["explain", "--dry-run --stream stream_1 --format html"])(
    "a standard output that is cut short is exit 5: %s",
    async (args) => {
      const { status, stderr } = limited(8, `${args} > out`);
      expect(stderr).toContain("error: standard output could not be written: EFBIG");
      expect({ status, size: (await stat(join(folder, "out"))).size }).toEqual({ status: 5, size: 4_096 });
    },
  );

  it("every byte of what fits is written, and that is no error", async () => {
    const { status, stderr } = limited(400, "explain > out");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect((await stat(join(folder, "out"))).size).toBeGreaterThan(4_096);
  });

  it("a report's file is whole, or the one of before", async () => {
    await writeFile(join(folder, "out.html"), "of before");
    const args = "--dry-run --stream stream_1 --format json --report html=out.html --report json=out.json";
    const { status, stdout, stderr } = limited(8, args);
    expect(stderr).toMatch(/could not be written to .*out\.html: EFBIG/);
    expect({ status, printed: JSON.parse(stdout).status }).toEqual({ status: 5, printed: "IN_SYNC" });
    expect(await readFile(join(folder, "out.html"), "utf8")).toBe("of before");
    expect(JSON.parse(await readFile(join(folder, "out.json"), "utf8"))).toMatchObject({ status: "IN_SYNC" });
    expect((await readdir(folder)).sort()).toEqual(["out.html", "out.json"]);
  });

  it("a job's summary has no half report", async () => {
    await writeFile(join(folder, "summary"), "x".repeat(300));
    const env = { GITHUB_STEP_SUMMARY: join(folder, "summary") };
    const { status, stderr } = limited(1, "--dry-run --stream stream_1 --format github", env);
    expect(stderr).toMatch(/summary could not be written to .*: EFBIG/);
    expect({ status, size: (await stat(join(folder, "summary"))).size }).toEqual({ status: 5, size: 300 });
  });

  it("a standard error that is cut short is exit 5, too", () => {
    const mistyped = Array.from("ABCDFGHI", (letter) => [`RECONCILE_TOLERANC${letter}`, "1"]);
    const { status, stdout } = limited(
      1,
      "--dry-run --stream stream_1 --format json 2> err",
      Object.fromEntries(mistyped),
    );
    expect({ status, printed: JSON.parse(stdout).status }).toEqual({ status: 5, printed: "IN_SYNC" });
  });
});

it("a green report that nobody read to its end is exit 5", async () => {
  const run = startBinary(["--dry-run", "--stream", "stream_1"]);
  run.closeStdout();
  expect(await run.done).toMatchObject({
    code: 5,
    stderr: expect.stringContaining("error: standard output could not be written: EPIPE"),
  });
});
