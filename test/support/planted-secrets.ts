/**
 * The secrets of a configuration, each spelled so that finding its first or its last letters anywhere is no coincidence,
 * and with characters that every way of writing text escapes in its own way.
 */
export const PLANTED = {
  dbPassword: `plnt1/pä"ss w+rd&<'>tnlp1`,
  rpcUser: "plnt2-user@corp.tnlp2",
  rpcPassword: "plnt3:p%s\\s?#€;tnlp3",
  pathKey: "plnt4_path_Key9_tnlp4",
  queryKey: "plnt5~qu=ry+key/==tnlp5",
  authKey: `plnt6 "auth" key & more tnlp6`,
  recordKey: "plnt7{record}$key,tnlp7",
  previousKey: "plnt8|previous;key:1 tnlp8",
  fromVariable: "plnt9.of_a-variable!tnlp9",
  pgPassword: "plnt0^pg`word tnlp0",
} as const;

const MARK = /plnt\d|tnlp\d/i;

/** Where a text, read in any way that people and programs read texts, still has a part of a planted secret. */
export function leaksIn(text: string): string[] {
  return readingsOf(text).flatMap((reading) => {
    const { index } = MARK.exec(reading) ?? {};
    return index === undefined ? [] : [reading.slice(Math.max(0, index - 60), index + 60)];
  });
}

function readingsOf(text: string): string[] {
  const readings = [text, text.replace(/\s+/g, ""), text.replace(/<[^>]*>|\s+/g, "")];
  for (let last = text, times = 0; times < 4; times++) {
    last = unescaped(last);
    readings.push(last, last.replace(/\\|\s+/g, ""));
  }
  return [...readings, ...[...new Set(readings)].flatMap(decodedRuns)];
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** One layer of escapes less, whichever they are. */
function unescaped(text: string): string {
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (codes) => Buffer.from(codes.replaceAll("%", ""), "hex").toString())
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#x([0-9a-f]{1,6});/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16) % 0x110000))
    .replace(/&#(\d{1,6});/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 10)))
    .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => CHARACTERS[name]!)
    .replaceAll('""', '"')
    .replaceAll("\\\\", "\\");
}

/** What may be base64 or hex, decoded from each place where it may begin. */
function decodedRuns(text: string): string[] {
  const runs = text.match(/[A-Za-z0-9+/_-]{8,}/g) ?? [];
  const base64 = runs.flatMap((run) =>
    [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), "base64").toString("latin1")),
  );
  const hex = (text.match(/[0-9a-f]{10,}/gi) ?? []).flatMap((run) =>
    [0, 1].map((from) =>
      Buffer.from(run.slice(from, from + 2 * Math.floor((run.length - from) / 2)), "hex").toString("latin1"),
    ),
  );
  return [base64.join("\n"), hex.join("\n")];
}
