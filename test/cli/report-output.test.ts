import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processIo } from "../../src/cli/process-io.js";
import { ReportOutput } from "../../src/cli/report-output.js";

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

  it("is nowhere when it is abandoned", async () => {
    const out = output(join(folder, "r"));
    out.write("a");
    await out.abandon();
    expect([await readdir(folder), printed]).toEqual([[], ""]);
  });
});
