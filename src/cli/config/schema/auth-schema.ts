import * as z from "zod";
import { numberIn } from "./policy-schema.js";
import { section } from "./section.js";

/** What goes into one header and one line of what is signed: visible ASCII, no spaces. */
const token = z
  .string("expected a string")
  .regex(/^[\x21-\x7e]{1,128}$/, "expected 1 to 128 visible ASCII characters without spaces");

const secret = z.string("expected a string").min(1, "must not be empty");

/** Who may ask, who asks, and what run records are sealed with. */
export const authSchema = section({
  keys: z.record(token, secret).optional(),
  allowedServices: z.array(token).optional(),
  clockSkewSeconds: numberIn({ unit: "seconds", least: 1, most: 86_400 }).optional(),
  service: token.optional(),
  keyId: token.optional(),
  recordKey: secret.optional(),
  previousRecordKeys: z.array(secret).optional(),
  required: z.boolean("expected true or false").optional(),
});

export type AuthConfig = z.output<typeof authSchema>;
