/** `1 row`, `2 rows`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** A value as it is typed in a shell. */
export const shell = (text: string): string => (/^[\w./:%+=-]+$/.test(text) ? text : `'${text}'`);
