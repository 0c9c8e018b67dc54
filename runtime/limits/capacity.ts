/** How much of a rate may be saved up: a tenth of a second's worth, at least one send. */
export const capacityOf = (perSecond: number) => Math.max(1, perSecond / 10);
