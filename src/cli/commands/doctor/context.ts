import type { RowPlan } from "../../../core/rules/mapping.js";
import type { StreamQuery } from "../../../ports/db-client.js";
import type { Settings } from "../../config/settings.js";
import type { Io } from "../../process/io.js";
import type { Checkup } from "./checkup.js";
import type { DoctorOptions } from "./options.js";

/** What every check gets. */
export interface Context {
  readonly settings: Settings;
  readonly options: DoctorOptions;
  readonly io: Io;
  readonly checkup: Checkup;
  readonly plan: RowPlan;
  /** The rows that a run would read. */
  readonly query: StreamQuery;
  readonly signal: AbortSignal;
  /** Waits for work that takes no signal. */
  within<T>(work: Promise<T>): Promise<T>;
}

/** A count with its noun: "1,000 rows". */
export const many = (count: number | bigint, one: string, more = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 || count === 1n ? one : more}`;
