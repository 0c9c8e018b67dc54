/** GET /definitions/:hash: the files of a deployed solution, as an instance runs under them. */
import { type Router, Router as router } from 'express';
import { busError } from '../../errors/bus-error.ts';
import type { AdminContext } from '../context.ts';

export function definitionRoutes({ box }: AdminContext): Router {
  return router().get('/definitions/:hash', async (request, response) => {
    const definition = await box.definition(request.params.hash);
    if (!definition) throw busError('NOT_FOUND', { what: 'definition', id: request.params.hash });
    response.json(definition);
  });
}
