/** The streets of Northmoor. Some belong to the county, one is private, one is in nobody's programme of works. */

export interface Street {
  readonly usrn: string;
  readonly street: string;
  readonly locality: string;
  readonly owner: 'district' | 'county';
}

const street = (usrn: string, name: string, locality: string, owner: Street['owner'] = 'district'): Street => ({
  usrn,
  street: name,
  locality,
  owner,
});

export const streets: readonly Street[] = [
  street('38900101', 'Larkspur Lane', 'Netherwick'),
  street('38900102', "Tanner's Row", 'Netherwick'),
  street('38900103', 'Old Causeway', 'Netherwick'),
  street('38900104', 'Quarry Steps', 'Upper Moor'),
  street('38900105', 'Fiddler’s Green & Mews', 'Upper Moor'),
  street('38900106', 'Beacon Crescent', 'Upper Moor'),
  street('38900107', 'Saltmarsh Avenue of the Four Hundred and Twelve Lime Trees by the Canal', 'Saltmarsh'),
  street('38900108', 'Ropewalk', 'Saltmarsh'),
  street('38900201', 'Northmoor Road', 'Netherwick', 'county'),
  street('38900202', 'Castle Hill Bypass', 'Upper Moor', 'county'),
  street('38900203', 'Ferry Road', 'Saltmarsh', 'county'),
  street('38900301', 'Brewer’s Yard', 'Netherwick'),
  street('38900302', 'Chapel Close', 'Upper Moor'),
];

/** A private yard: the works system refuses enquiries about it. */
export const privateStreet = '38900301';
/** No work is planned here, so that no news comes of an enquiry: time enough to take a report back. */
export const unplannedStreet = '38900302';
/** No street has this number. */
export const unknownStreet = '38999999';

const special = new Set([privateStreet, unplannedStreet]);

export const districtStreets = streets.filter(({ usrn, owner }) => owner === 'district' && !special.has(usrn));
export const countyStreets = streets.filter(({ owner }) => owner === 'county');
