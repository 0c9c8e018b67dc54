/** The form of UK postcodes: area, district, space, sector, unit. Whether one exists is for a gazetteer to say. */
const FORM = /^(GIR|[A-Z]{1,2}\d[A-Z\d]?)(\d[ABD-HJLNP-UW-Z]{2})$/;

/** "nm11aa" as "NM1 1AA"; undefined when it is none. */
export function normalPostcode(text: string): string | undefined {
  if (text.length > 20) return undefined;
  const match = FORM.exec(text.replace(/\s+/g, '').toUpperCase());
  return match ? `${match[1]} ${match[2]}` : undefined;
}
