/** fast-check with one seed for all runs, so that what passed passes again; PROPERTY_SEED looks elsewhere. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20261127) });

export { fc };
