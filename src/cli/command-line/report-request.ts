import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FORMATS, type Format, formatOfEnding, meantFormat } from "../../report/formats.js";

/** A report in a file, in addition to the one that is printed: `--report html=out.html`. */
export interface ReportRequest {
  readonly format: Format;
  /** Absolute. */
  readonly path: string;
}

/** Reads `--report` without opening anything. Adds mistakes to `mistakes`. @param output the path of `--output` */
export function readReports(
  given: readonly string[],
  output: string | null,
  cwd: string,
  mistakes: string[],
): ReportRequest[] {
  const taken = new Map<string, string>();
  if (output !== null) taken.set(canonical(output), "--output");
  return given.flatMap((text) => {
    const request = readReport(text, cwd, mistakes);
    if (request === null) return [];
    const place = canonical(request.path);
    const other = taken.get(place);
    if (other !== undefined) {
      mistakes.push(`--report ${text}: ${request.path} is already the file of ${other}; name another file`);
      return [];
    }
    taken.set(place, `--report ${text}`);
    return [request];
  });
}

function readReport(text: string, cwd: string, mistakes: string[]): ReportRequest | null {
  const mark = text.indexOf("=");
  const name = mark < 0 ? text : text.slice(0, mark);
  const file = mark < 0 ? "" : text.slice(mark + 1);
  const format = FORMATS.find((known) => known === name);
  if (format === undefined) {
    mistakes.push(`--report: ${JSON.stringify(name)} is not a format: ${meant(name, mark < 0)}`);
    return null;
  }
  if (file === "") {
    mistakes.push(`--report: ${JSON.stringify(text)} names no file: write ${format}=<file>`);
    return null;
  }
  if (file === "-") {
    mistakes.push(`--report: ${JSON.stringify(text)}: name a file; for standard output use --format ${format}`);
    return null;
  }
  return { format, path: readPath("--report", file, cwd, mistakes) };
}

/** For "report.html" alone, suggests the format of that ending. */
function meant(name: string, isAlone: boolean): string {
  const ending = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const format = formatOfEnding(ending);
  return isAlone && format !== null ? `did you mean "${format}=${name}"?` : meantFormat(name);
}

/** Checks that the report can be written, before an hour of work is spent on it. */
export function readPath(flag: string, name: string, cwd: string, mistakes: string[]): string {
  const path = resolve(cwd, name);
  const folder = dirname(path);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      mistakes.push(`${flag}: ${path} is a folder; name a file`);
      return path;
    }
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) {
      mistakes.push(`${flag}: the folder ${folder} does not exist; create it first`);
      return path;
    }
    accessSync(folder, constants.W_OK);
  } catch (error) {
    mistakes.push(`${flag}: ${path} cannot be written: ${(error as NodeJS.ErrnoException).code}`);
  }
  return path;
}

/** The file's one real path, whatever links lead to it. */
export function canonical(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return whereItWouldBe(path);
  }
}

function whereItWouldBe(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}
