/** Tests of the extensions: TypeScript is stripped, nothing is bundled. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/extensions'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  testTimeout: 60_000,
};
