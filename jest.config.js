/** Jest in ESM mode: TypeScript is stripped by SWC, nothing is bundled, nothing is mocked by path. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/tests/servers/start.ts',
  globalTeardown: '<rootDir>/tests/servers/stop.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
};
