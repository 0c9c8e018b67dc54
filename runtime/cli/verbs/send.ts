/** `guildhall send <location> <file>`: hands a file to a receive location as though it had come in there. */
import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import type { Verb } from '../verb.ts';

interface Options extends BusOptions {
  readonly contentType?: string;
}

interface Sent {
  readonly messageId: string;
  readonly outcome: 'accepted' | 'duplicate' | 'suspended';
  readonly error?: { readonly code: string; readonly reason: string; readonly help: string };
  readonly response?: string;
  readonly responseError?: { readonly code: string; readonly reason: string };
}

const TYPES: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.xml': 'text/xml',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
};

export const send: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program
        .command('send <location> <file>')
        .description('hand a file ("-": standard input) to <port> or <port>/<location>'),
    )
      .option('--content-type <type>', 'the media type; by default from the file name')
      .action(
        finish(async (location: string, file: string, options: Options) => {
          const contentType = options.contentType ?? TYPES[extname(file)] ?? 'application/octet-stream';
          let body: Buffer<ArrayBuffer>;
          try {
            body = readFileSync(file === '-' ? 0 : resolve(io.cwd, file));
          } catch (thrown) {
            io.err(`${file} cannot be read: ${reasonOf(thrown)}.`);
            return EXIT.usage;
          }
          const path = location.split('/').map(encodeURIComponent).join('/');
          const sent = await adminOf(options, io).upload<Sent>(`/locations/${path}`, body, contentType);
          io.out(options.json ? JSON.stringify(sent) : describe(sent));
          return sent.outcome === 'suspended' || sent.responseError ? EXIT.failed : EXIT.ok;
        }),
      );
  },
};

function describe({ messageId, outcome, error, response, responseError }: Sent): string {
  const lines = [`${outcome} ${messageId}`];
  if (error) lines.push(`${error.code} ${error.reason} ${error.help}`);
  if (response !== undefined) lines.push(response);
  if (responseError) lines.push(`${responseError.code} ${responseError.reason}`);
  return lines.join('\n');
}
