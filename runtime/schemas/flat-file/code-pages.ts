/**
 * The EBCDIC code pages of mainframes: for each byte the character that it stands for. All but the euro sign lie in Latin-1, so
 * a page is 256 bytes; made from the tables of the IBM character set registry.
 */

const LATIN: Readonly<Record<string, string>> = {
  cp037:
    'AAECA5wJhn+XjY4LDA0ODxAREhOdCgiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGi' +
    'Cg4uTg4ePl5/GiLjwoK3wm6err6O3u7+zfISQqKTusLS/CxMDBw8XH0aYsJV8+P/jJysvIzc7PzGA6I0AnPSLY' +
    'YWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLV+c3R1dnd4eXqhv9Dd3q5eo6W3qae2vL2+W12vqLTXe0' +
    'FCQ0RFRkdISa309vLz9X1KS0xNTk9QUVK5+/z5+v9c91NUVVZXWFlastTW0tPVMDEyMzQ1Njc4ObPb3Nnanw==',
  cp273:
    'AAECA5wJhn+XjY4LDA0ODxAREhOdCgiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGi' +
    'Cg4nvg4ePl5/HELjwoKyEm6err6O3u7+x+3CQqKTteLS/CW8DBw8XH0fYsJV8+P/jJysvIzc7PzGA6I6cnPSLY' +
    'YWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLXfc3R1dnd4eXqhv9Dd3q6io6W3qUC2vL2+rHyvqLTX5E' +
    'FCQ0RFRkdISa30pvLz9fxKS0xNTk9QUVK5+335+v/W91NUVVZXWFlastRc0tPVMDEyMzQ1Njc4ObPbXdnanw==',
  cp285:
    'AAECA5wJhn+XjY4LDA0ODxAREhOdCgiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGi' +
    'Cg4uTg4ePl5/EkLjwoK3wm6err6O3u7+zfIaMqKTusLS/CxMDBw8XH0aYsJV8+P/jJysvIzc7PzGA6I0AnPSLY' +
    'YWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLWvc3R1dnd4eXqhv9Dd3q6iW6W3qae2vL2+Xl1+qLTXe0' +
    'FCQ0RFRkdISa309vLz9X1KS0xNTk9QUVK5+/z5+v9c91NUVVZXWFlastTW0tPVMDEyMzQ1Njc4ObPb3Nnanw==',
  cp500:
    'AAECA5wJhn+XjY4LDA0ODxAREhOdCgiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGi' +
    'Cg4uTg4ePl5/FbLjwoKyEm6err6O3u7+zfXSQqKTteLS/CxMDBw8XH0aYsJV8+P/jJysvIzc7PzGA6I0AnPSLY' +
    'YWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLV+c3R1dnd4eXqhv9Dd3q6io6W3qae2vL2+rHyvqLTXe0' +
    'FCQ0RFRkdISa309vLz9X1KS0xNTk9QUVK5+/z5+v9c91NUVVZXWFlastTW0tPVMDEyMzQ1Njc4ObPb3Nnanw==',
  cp1047:
    'AAECA5wJhn+XjY4LDA0ODxAREhOdCgiHGBmSjxwdHh+AgYKDhIUXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGi' +
    'Cg4uTg4ePl5/GiLjwoK3wm6err6O3u7+zfISQqKTteLS/CxMDBw8XH0aYsJV8+P/jJysvIzc7PzGA6I0AnPSLY' +
    'YWJjZGVmZ2hpq7vw/f6xsGprbG1ub3Bxcqq65rjGpLV+c3R1dnd4eXqhv9Bb3q6so6W3qae2vL2+3aivXbTXe0' +
    'FCQ0RFRkdISa309vLz9X1KS0xNTk9QUVK5+/z5+v9c91NUVVZXWFlastTW0tPVMDEyMzQ1Njc4ObPb3Nnanw==',
};

/** The pages of the euro are others of these, with the euro sign where the currency sign was. */
const EURO: Readonly<Record<string, string>> = { cp1140: 'cp037', cp1141: 'cp273', cp1146: 'cp285', cp1148: 'cp500' };

const EURO_AT = 0x9f;

export const codePages: readonly string[] = [...Object.keys(LATIN), ...Object.keys(EURO)];

/** The 256 characters of a page by its name, such as `cp037`; undefined where there is none. */
export function codePage(name: string): string | undefined {
  const base = LATIN[EURO[name] ?? name];
  if (base === undefined) return undefined;
  const page = Buffer.from(base, 'base64').toString('latin1');
  return name in EURO ? `${page.slice(0, EURO_AT)}\u20ac${page.slice(EURO_AT + 1)}` : page;
}
