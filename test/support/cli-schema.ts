import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";

const schema: unknown = JSON.parse(readFileSync(join(process.cwd(), "schema", "report.schema.json"), "utf8"));

const ajv = new Ajv({
  strict: true,
  allErrors: true,
  // Unions of a type and null are what the schema is full of; everything else of strict mode stays.
  allowUnionTypes: true,
  // What each of them means is in the pattern beside it.
  formats: { uuid: true, "date-time": true },
});

const validate = ajv.compile(schema as object);

/** Holds a report against schema/report.schema.json; the list of faults is empty when it fits. */
export function schemaFaults(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
