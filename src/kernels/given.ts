/**
 * Kernels that were compiled before the library is loaded, for platforms that let no program compile bytes: entries/workerd
 * hands them over. Where there are none, code.ts compiles its own.
 */
export const given: { code: WebAssembly.Module | null } = { code: null };
