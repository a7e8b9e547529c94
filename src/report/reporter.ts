import type { Report } from "../core/report/report.js";
import type { Kind } from "./kinds.js";

export interface RenderOptions {
  readonly color: boolean;
  /** Characters a line may have; null: as many as it takes, for files and pipes. */
  readonly width: number | null;
  /** Rows that a block of a table shows at most; 0: all. Formats for programs are always whole. */
  readonly limit: number;
  /** Kinds of findings that formats for people show. Default, and null: all. */
  readonly only?: readonly Kind[] | null;
}

/** A format: a pure function of the report. It neither prints nor decides the exit code. */
export type Reporter = (report: Report, options: RenderOptions) => string;
