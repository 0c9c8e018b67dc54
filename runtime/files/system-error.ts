/** The system's error code, such as ENOENT; undefined of any other error. */
export function codeOf(thrown: unknown): string | undefined {
  return Error.isError(thrown) && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}
