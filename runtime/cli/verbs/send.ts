/** `guildhall send <location> <file>`: hands a file to a receive location as though it had come in there. */
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { bytesOfFile, mediaTypeOf } from '../given-file.ts';
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
          const contentType = options.contentType ?? mediaTypeOf(file);
          const body = bytesOfFile(file, io);
          if (!body) return EXIT.usage;
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
