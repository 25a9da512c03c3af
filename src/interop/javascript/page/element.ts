/** An element with properties and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** In the browser's language: English or Korean. */
export const say = (english: string, korean: string): string =>
  navigator.language.startsWith('ko') ? korean : english;

/** Fills the page below its heading. */
export function show(...children: readonly Node[]): void {
  document.documentElement.lang = say('en', 'ko');
  document.querySelector('main')!.append(...children);
}
