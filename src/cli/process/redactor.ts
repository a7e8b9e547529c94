/** Hiding shorter secrets would blot out innocent text such as amounts; no password should be that short. */
const MIN_LENGTH = 4;

/** The one place that keeps secrets out of messages. */
export class Redactor {
  #secrets: readonly string[] = [];

  /** Adds texts that must not appear in any output. */
  readonly hide = (secrets: readonly string[]): void => {
    const all = new Set([...this.#secrets, ...secrets].filter((secret) => secret.length >= MIN_LENGTH));
    // Longest first: a URL goes as a whole before the password inside it.
    this.#secrets = [...all].sort((a, b) => b.length - a.length);
  };

  readonly redact = (text: string): string => {
    const withoutSecrets = this.#secrets.reduce((result, secret) => result.replaceAll(secret, "***"), text);
    return withoutSecrets.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1***@");
  };
}
