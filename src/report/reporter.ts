import type { Report } from "../core/report.js";

export interface RenderOptions {
  readonly color: boolean;
  /** Characters a line may have; null: as many as it takes, for files and pipes. */
  readonly width: number | null;
}

/** A format: a pure function of the report. It neither prints nor decides the exit code. */
export type Reporter = (report: Report, options: RenderOptions) => string;
