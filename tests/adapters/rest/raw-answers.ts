/** HTTP answers as they came over a socket. */

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly text: string;
  /** The body, where it is JSON; else empty. */
  readonly problem: Readonly<Record<string, unknown>>;
}

/** Reads bodies by their Content-Length alone: the bus writes it always. */
export function answersIn(text: string): Answer[] {
  const answers: Answer[] = [];
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [line, ...lines] = rest.subarray(0, end).toString().split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line!)?.[1]);
    if (end < 0 || Number.isNaN(status)) throw new Error(`This is no answer: ${rest.subarray(0, 200)}`);
    const headers = Object.fromEntries(
      lines.map((each) => [each.split(':')[0]!.toLowerCase(), each.replace(/^[^:]*: */, '')]),
    );
    const from = end + 4;
    const to = from + Number(headers['content-length'] ?? 0);
    const body = rest.subarray(from, to).toString();
    const contentType = headers['content-type'];
    answers.push({
      status,
      headers,
      contentType,
      text: body,
      problem: contentType?.includes('json') ? JSON.parse(body) : {},
    });
    rest = rest.subarray(to);
  }
  return answers;
}
