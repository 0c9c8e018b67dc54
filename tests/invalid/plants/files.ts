/** The files of the reference solution that faults are planted into. */
export const streetCare = 'config/applications/street-care.yaml';
export const councilTax = 'config/applications/council-tax.yaml';
export const contactCentre = 'config/applications/contact-centre.yaml';
export const orchestration = 'orchestrations/report-street-problem.orchestration.yaml';
export const map = (name: string) => `mappings/${name}.map.yaml`;
