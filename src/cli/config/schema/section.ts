import * as z from "zod";
import { suggestion } from "../../../core/values/suggest.js";

/** An object that refuses unknown keys and says which known one was probably meant. */
export function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys") {
        const keys = issue.keys as string[];
        return keys.map((key) => `unknown key "${key}": ${suggestion(key, known)}`).join("; ");
      }
      return issue.code === "invalid_type" ? `expected an object with the keys ${known.join(", ")}` : undefined;
    },
  });
}

/** One of a few words; a mistyped one is answered with the nearest. */
export function oneOf<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, {
    error: (issue) => `${JSON.stringify(issue.input)} is not known here: ${suggestion(String(issue.input), words)}`,
  });
}
