export const relu = (x: number): number => Math.max(0, x);
