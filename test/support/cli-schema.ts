import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";

const schema: unknown = JSON.parse(readFileSync(join(process.cwd(), "schema", "report.schema.json"), "utf8"));

const ajv = new Ajv({
  strict: true,
  allErrors: true,
  // Unions of a type and null are what the schema is full of; everything else of strict mode stays.
  allowUnionTypes: true,
  formats: {
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  },
});

const validate = ajv.compile(schema as object);

/** Holds a report against schema/report.schema.json; the list of faults is empty when it fits. */
export function schemaFaults(report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
