import { ConfigurationError } from "../../../../core/errors.js";

/** The parsed URL. Messages may only contain `origin`. */
export interface RpcEndpoint {
  /** `protocol//host:port`: the only part of the URL that may be shown. */
  readonly origin: string;
  /** Path and query, as sent. May contain API keys. */
  readonly path: string;
  /** The Authorization header, from the URL's `user:password@`. */
  readonly authorization: string | null;
}

const LONGEST_EXCERPT = 200;

/** @throws ConfigurationError if the text is not an http(s) URL; the message never repeats the URL. */
export function parseRpcEndpoint(url: string): RpcEndpoint {
  const parsed = parse(url);
  const user = decode(parsed.username);
  const password = decode(parsed.password);
  const hasCredentials = user !== "" || password !== "";
  return {
    origin: parsed.origin,
    path: parsed.pathname + parsed.search,
    authorization: hasCredentials ? `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` : null,
  };
}

/** Makes foreign text fit for a message: one line, printable, at most 200 characters. */
export function excerpt(text: string): string {
  // Control characters could manipulate the reader's terminal.
  const clean = text.replace(/[\p{C}\s]+/gu, " ").replace(/^ | $/g, "");
  return clean.length > LONGEST_EXCERPT ? `${clean.slice(0, LONGEST_EXCERPT)}…` : clean;
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw invalidUrl("the Soroban RPC URL is not a valid URL");
  const parsed = new URL(url);
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") {
    throw invalidUrl(`a Soroban RPC URL starts with https:// or http://, not ${parsed.protocol}`);
  }
  return parsed;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalidUrl("the user name or password in the Soroban RPC URL is not percent-encoded correctly");
  }
}

function invalidUrl(message: string): ConfigurationError {
  return new ConfigurationError("rpc_url_invalid", message, {
    hints: ["Write it as https://host[:port][/path]; a % in a user name or password is written %25"],
  });
}
